"""Templates keep to the strict content policy, and escape what people typed."""

import re

import pytest

from tests.architecture.sources import templates

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b")
OUTSIDE = re.compile(r"(src|href|action)=\"(https?:)?//", re.IGNORECASE)
# A component escapes what it is given: text in braces comes to it escaped already. Figures may.
TWICE_ESCAPED = re.compile(
    r"<c-[a-z-]+(?:\s+[:\w-]+(?:=\"[^\"]*\")?)*?\s+[\w-]+=\"\{\{ [\w.]+"
    r"(?![\w.]|\|(?:count|length|capfirst|moment))[^\"{}]* \}\}\""
)
# Icons are our own files, and marked where they are read.
MAY_SAY_SAFE: set[str] = set()


def pages() -> dict[str, str]:
    """Templates of pages; message templates and the admin's have rules of their own."""
    found = templates().items()
    return {p: t for p, t in found if p.endswith(".html") and "/admin/" not in p}


def test_no_template_has_inline_script_or_style() -> None:
    assert [path for path, text in pages().items() if INLINE.search(text)] == []


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<style>", "<script>x()</script>", '<a onclick="x()">']
)
def test_inline_code_would_be_found(text: str) -> None:
    assert INLINE.search(text)


def test_a_script_from_a_file_is_fine() -> None:
    assert not INLINE.search('<script src="/static/x.js" defer></script>')


def test_nothing_is_marked_safe_outside_the_list() -> None:
    found = {path for path, text in pages().items() if UNESCAPED.search(text)}

    assert found == MAY_SAY_SAFE


def test_no_template_asks_another_site_for_anything() -> None:
    links = {path: OUTSIDE.findall(text) for path, text in pages().items()}

    assert {path: found for path, found in links.items() if found} == {}


def test_no_component_is_given_text_that_is_escaped_already() -> None:
    assert [path for path, text in pages().items() if TWICE_ESCAPED.search(text)] == []


@pytest.mark.parametrize(
    "text",
    ['<c-x title="{{ name }}" />', '<c-x :a="b" title="{{ one.name|default:two }}">',
     '<c-x fact="f" title="{{ name }}">'],
)  # fmt: skip
def test_text_that_is_escaped_already_would_be_found(text: str) -> None:
    assert TWICE_ESCAPED.search(text)


def test_a_name_given_as_it_is_is_fine() -> None:
    assert not TWICE_ESCAPED.search('<c-x :title="name" note="{{ rows|count }}" />')
