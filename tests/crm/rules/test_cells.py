"""Every cell of the corpus is taken for what the corpus says, or refused with its code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm.rules import dates, emails, numbers, phones
from crm.rules.faults import Fault

CORPUS = yaml.safe_load(Path("tests/corpus/import/cells.yaml").read_text(encoding="utf-8"))
READERS: dict[str, Callable[[str], object]] = {
    "phone": lambda text: phones.normalise(text, "RU"),
    "email": emails.normalise,
    "number_with_dot": lambda text: f"{numbers.parse(text, '.'):f}",
    "number_with_comma": lambda text: f"{numbers.parse(text, ','):f}",
    "date_dmy": lambda text: dates.parse(text, "dmy"),
    "date_mdy": lambda text: dates.parse(text, "mdy"),
    "date_ymd": lambda text: dates.parse(text, "ymd"),
    "date_compact": lambda text: dates.parse(text, "compact"),
    "date_words": lambda text: dates.parse(text, "words"),
    "date_unix": lambda text: dates.parse(text, "unix"),
    "date_excel": lambda text: dates.parse(text, "excel"),
}


def read(kind: str, text: str) -> dict[str, str]:
    try:
        return {"value": str(READERS[kind](text))}
    except Fault as fault:
        return {"code": fault.code}


@pytest.mark.parametrize(
    ("kind", "case"),
    [pytest.param(kind, case, id=f"{kind}:{case['given'][:30]!r}")
     for kind, cases in CORPUS.items() for case in cases],
)  # fmt: skip
def test_a_cell_is_taken_for_what_the_corpus_says(kind: str, case: dict[str, Any]) -> None:
    expected = {name: case[name] for name in case if name != "given"}

    assert read(kind, case["given"]) == expected
    assert expected
