"""The codes of docs/api.md: each is one of ours, and stands beside its status."""

import re
from collections.abc import Iterator

from django.urls import get_resolver
from rest_framework.exceptions import APIException

from core.api.authentication import KeyRefused, TokenInAddress
from core.api.problems import CODES
from core.errors import DomainError
from tests.architecture.sources import ROOT

# Said by core.api.problems itself: what nobody has foreseen, and a database that is busy.
UNFORESEEN = {("internal", 500), ("try_again", 503)}


def kinds(of: type[DomainError]) -> Iterator[type[DomainError]]:
    """Every refusal of the product."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def ours() -> set[tuple[str, int]]:
    """Each code that the product answers with its status."""
    # Reading the addresses is what imports the doors, and with them their refusals.
    assert get_resolver().url_patterns
    keyless: list[type[APIException]] = [KeyRefused, TokenInAddress]
    return {
        *((kind.code, kind.status) for kind in kinds(DomainError)),
        *((code, kind.status_code) for kind, code in CODES.items()),
        *((str(kind.default_code), kind.status_code) for kind in keyless),
        *UNFORESEEN,
    }


def told() -> set[tuple[str, int]]:
    """Each code of the table with each status of its row."""
    rows = re.findall(
        r"^\| ([0-9, ]+) \| (.+) \|$", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE
    )
    return {
        (code, int(status))
        for statuses, codes in rows
        for code in re.findall(r"`(\w+)`", codes)
        for status in statuses.split(", ")
    }


def test_every_code_that_is_told_is_one_of_ours() -> None:
    assert {code for code, _status in told()} <= {code for code, _status in ours()}
    assert len(told()) > 30


def test_every_code_that_is_told_has_its_status_in_its_row() -> None:
    codes = {code for code, _status in told()}

    assert {pair for pair in ours() if pair[0] in codes} <= told()
