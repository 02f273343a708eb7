"""Checked bodies as the inputs of services; what a calendar makes impossible is refused here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.api import instants
from core.errors import DomainError
from crm.errors import ImpossibleTime
from crm.refusals import at_field
from crm.services.inputs import CustomerInput, LineInput, OrderInput, RefundInput

EARLIEST = 1990
TOLERANCE = timedelta(days=1)


class UnknownReference(DomainError):
    """What it refers to may come later, so the refusal is not kept for the key."""

    code = "unknown_reference"
    status = 422
    sentence = _("The order or customer it refers to is not known here yet.")
    is_final = False


def impossible(moments: Sequence[datetime], at: datetime) -> list[int]:
    """Places of those that are in the future or long before anybody kept books."""
    latest = at + TOLERANCE
    return [place for place, moment in enumerate(moments)
            if moment.year < EARLIEST or moment > latest]  # fmt: skip


def instant(body: dict[str, Any], name: str, at: datetime) -> datetime:
    """The instant of something that has happened, in a field of a body."""
    moment = instants.read(body[name])
    if impossible([moment], at):
        raise at_field(ImpossibleTime, name)
    return moment


def customer(body: dict[str, Any]) -> CustomerInput:
    born = body.get("birth_date")
    return CustomerInput(**body | ({"birth_date": date.fromisoformat(born)} if born else {}))


def changes(body: dict[str, Any]) -> dict[str, Any]:
    """Fields of a customer to change; a null birth date empties it."""
    born = body.get("birth_date")
    return body | ({"birth_date": date.fromisoformat(born)} if born else {})


def order(body: dict[str, Any]) -> OrderInput:
    return OrderInput(
        external_id=body["external_id"].strip(),
        placed_at=instants.read(body["placed_at"]),
        customer=body.get("customer", "").strip() or None,
        system=body.get("system", ""),
        total=body.get("total"),
        lines=_lines(body) if "lines" in body else (),
    )


def refund(body: dict[str, Any], at: datetime) -> RefundInput:
    return RefundInput(
        external_id=body["external_id"].strip(),
        refunded_at=instant(body, "refunded_at", at),
        order=(body.get("order") or "").strip() or None,
        customer=(body.get("customer") or "").strip() or None,
        system=body.get("system", ""),
        total=body.get("total"),
        lines=_lines(body),
    )


def _lines(body: dict[str, Any]) -> tuple[LineInput, ...]:
    return tuple(_line(line) for line in body.get("lines", ()))


def _line(line: dict[str, Any]) -> LineInput:
    numbers = {name: Decimal(line[name]) for name in ("quantity", "unit_price")}
    return LineInput(**line | numbers)
