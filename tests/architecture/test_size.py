"""Files stay readable at one sitting, functions at one look, names say something."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, functions, sources, templates

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc", "util", "helper", "tools", "stuff"}


def long_files(texts: dict[str, str]) -> list[str]:
    return [path for path, text in texts.items() if text.count("\n") > LONGEST_FILE]


def test_no_python_file_is_longer_than_300_lines() -> None:
    assert long_files({source.path: source.text for source in sources()}) == []


def test_no_template_is_longer_than_300_lines() -> None:
    texts = {path: text for path, text in templates().items() if path.endswith(".html")}

    assert long_files(texts) == []


def test_a_file_of_301_lines_would_be_found() -> None:
    assert long_files({"short": "\n" * 300, "long": "\n" * 301}) == ["long"]


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {
        f"{source.at(node)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for source in sources()
        for node in functions(source)
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert len(lengths) > 100


def test_no_module_has_a_name_that_says_nothing() -> None:
    bad = [s.path for s in sources() if set(s.parts) & NAMES_THAT_SAY_NOTHING]

    assert bad == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [s.path for s in sources() if s.text.strip() and not ast.get_docstring(s.tree)]

    assert silent == []


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_where_they_are_looked_for(package: str) -> None:
    assert Path(package).is_dir()
