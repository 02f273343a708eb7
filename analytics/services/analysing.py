"""Computes everything for one file of orders in a workspace that never comes to be."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from analytics.errors import FileUnreadable
from analytics.rules.quantiles import Method
from analytics.selectors import document, snapshots
from analytics.selectors.reading import one, planned
from analytics.services import recomputing
from core.models import Workspace
from core.scoping import Scope
from crm import import_words
from crm.errors import MappingIncomplete
from crm.models import Import
from crm.rules import dates, headers
from crm.services import importing

MINOR_UNITS = 100
# A file has a time of its own: days that have not come yet are computed like any others.
END_OF_DAYS = datetime(dates.LATEST, 12, 30, tzinfo=UTC)
_LAST_DAY = """
SELECT max(placed_on) FROM crm_order
WHERE workspace_id = %(w)s AND customer_id IS NOT NULL AND is_purchase
"""


_COMMONEST = """
SELECT "column", code, min(line) FROM crm_importrejection
WHERE of_import_id = %(import)s
GROUP BY "column", code ORDER BY count(*) DESC, min(line) LIMIT 1
"""


@dataclass(frozen=True)
class Analysed:
    """The document, and remarks: rows refused, and what the file did not tell by itself."""

    document: dict[str, Any]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wishes:
    """How to read the file and what to compute; what is not said is recognised or the default."""

    as_of: date | None = None
    threshold: str = "median"
    method: Method = "rank"
    timezone: str = "UTC"
    # Which column is which field.
    columns: Mapping[str, str] = field(default_factory=dict)
    # How the file writes dates and numbers: options of an import, dates and decimal.
    formats: Mapping[str, str] = field(default_factory=dict)


def analyse(*, file: Path, wishes: Wishes, at: datetime) -> Analysed:
    """The document of a CSV or Parquet file; the database is left as it was.

    Raises DomainError when the file as a whole cannot be read as orders.
    """
    with transaction.atomic():
        try:
            return _analyse(file, wishes, at)
        finally:
            transaction.set_rollback(True)


def _analyse(file: Path, wishes: Wishes, at: datetime) -> Analysed:
    shop = Workspace.objects.create(
        name="Scratch", slug=f"scratch-{uuid.uuid4().hex[:24]}", timezone=wishes.timezone
    )
    of_import = _register(file, Scope(workspace=shop), wishes)
    # Tables that were empty a moment ago have no statistics, and a nested loop over them is
    # quadratic; every join of a first load is a join of everything anyway.
    with planned(enable_nestloop="off"), _columns_named():
        importing.load(of_import=of_import, at=END_OF_DAYS)
    as_of = wishes.as_of or _last_day(shop, of_import)
    recomputing.recompute(
        workspace=shop, as_of=as_of, at=at, full=True,
        threshold=wishes.threshold, method=wishes.method,
    )  # fmt: skip
    snapshot = snapshots.latest(shop.pk)
    if snapshot is None:
        raise FileUnreadable
    return Analysed(
        document=document.of_snapshot(snapshot, minor_units=MINOR_UNITS),
        remarks=_remarks(of_import),
    )


def _register(file: Path, scope: Scope, wishes: Wishes) -> Import:
    """Recognise the columns, then lay the wished ones over what was recognised."""
    of_import = importing.register_file(scope=scope, file=file, copy=False, options=wishes.formats)
    if wishes.columns:
        mapping = _wished(of_import, wishes.columns)
        of_import = importing.register_file(
            scope=scope, file=file, copy=False, options=wishes.formats,
            mapping=mapping, kind=_kind(of_import, mapping),
        )  # fmt: skip
    if of_import.kind == Import.Kind.CUSTOMERS:
        names = ", ".join(column["name"] for column in of_import.columns)
        raise FileUnreadable(f"No columns of orders (customer, date, amount) among: {names[:300]}")
    return of_import


@contextmanager
def _columns_named() -> Iterator[None]:
    """A refusal that asks for columns says which there are."""
    try:
        yield
    except MappingIncomplete as refusal:
        lacking, names = refusal.facts["missing"], refusal.facts["columns"]
        raise FileUnreadable(f"No columns for {lacking} among: {names[:300]}") from refusal


def _wished(of_import: Import, columns: Mapping[str, str]) -> dict[str, str]:
    known = [column["name"] for column in of_import.columns]
    if strangers := sorted(set(columns.values()).difference(known)):
        raise FileUnreadable(f"No such columns: {', '.join(strangers)[:300]}")
    if unknown := sorted(set(columns) - headers.allowed(headers.LINES)):
        raise FileUnreadable(f"No such fields: {', '.join(unknown)[:300]}")
    taken = set(columns) | _instead_of(columns)
    # With its date unnamed a file of orders looks like one of people.
    is_people = of_import.kind == Import.Kind.CUSTOMERS
    recognised = headers.recognise(known, headers.ORDERS) if is_people else of_import.mapping
    kept = {
        column: name
        for column, name in recognised.items()
        if name not in taken and column not in columns.values()
        and name in headers.allowed(headers.LINES)
    }  # fmt: skip
    return kept | {column: name for name, column in columns.items()}


def _instead_of(columns: Mapping[str, str]) -> set[str]:
    """One way to money: a wished amount replaces a recognised unit price, and the reverse."""
    if "amount" in columns:
        return {"unit_price"}
    return {"amount"} if "unit_price" in columns else set()


def _kind(of_import: Import, mapping: Mapping[str, str]) -> str:
    fields = set(mapping.values())
    if fields & {"product", "unit_price"} or {"quantity", "amount"} <= fields:
        return headers.LINES
    return headers.ORDERS if of_import.kind == Import.Kind.CUSTOMERS else of_import.kind


def _last_day(shop: Workspace, of_import: Import) -> date:
    """The day of the last purchase of a known customer."""
    day: date | None = one(_LAST_DAY, {"w": shop.pk})[0]
    if day is None:
        raise FileUnreadable(
            f"No purchase of a known customer in {of_import.rows} rows"
            f" ({of_import.rejected} of them refused{_commonest(of_import)})."
        )
    return day


def _remarks(of_import: Import) -> tuple[str, ...]:
    said = [*import_words.doubts(of_import.options), *import_words.habits(of_import.report)]
    if of_import.rejected:
        counted = f"{of_import.rejected} of {of_import.rows} rows refused"
        said.insert(0, f"{counted}{_commonest(of_import)}.")
    return tuple(said)


def _commonest(of_import: Import) -> str:
    """Why most of the refused rows were refused, and a line to look at."""
    if not of_import.rejected:
        return ""
    column, code, line = one(_COMMONEST, {"import": of_import.pk})
    where = f"{code} in column {column}" if column else code
    return f", most often for {where}, as on line {line}"
