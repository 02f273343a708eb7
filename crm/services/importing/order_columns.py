"""How the columns of orders and of order lines are read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from crm.rules import charges, dates, guests, numbers, signs
from crm.rules.faults import Fault
from crm.services.importing import plain_columns
from crm.services.importing.columns import NULL, Group, escaped, identifier, is_missing

LONGEST_ID = 64
LONGEST_CUSTOMER = 254
LONGEST_NAME = 250
LONGEST_WORD = 100
PLACES = Decimal("0.0001")
_PLAIN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{2}))?\Z")
TINY = Decimal("0.001")
ANY_TIME = datetime(9999, 12, 31, tzinfo=UTC)
STAGE = (
    "line", "order_id", "customer", "placed_at", "sku", "is_charge", "name", "category",
    "country", "city", "quantity", "unit_price", "amount",
)  # fmt: skip


def groups(
    kind: str, options: dict[str, Any], zone: str, latest: datetime = ANY_TIME
) -> list[Group]:
    """The groups of a kind, in the order of STAGE; what is said of after `latest` is refused."""
    mark = options.get("decimal", ".")
    more = frozenset(str(code).strip().upper() for code in options.get("charge_codes", ()))
    is_order = kind == "orders"
    money = _money_of_order(mark) if is_order else _money_of_line(mark)
    order = options.get("dates", "ymd")
    is_plain_day, is_plain_money = order == "ymd" and zone == "UTC", is_order and mark == "."
    return [
        Group(("order_id",), ("order_id",), _identifier(LONGEST_ID),
              whole=plain_columns.identifiers(LONGEST_ID)),
        Group(("customer",), ("customer",), _customer),
        Group(("date",), ("placed_at",), _moment(order, zone, latest),
              whole=plain_columns.moments(latest) if is_plain_day else None),
        Group(("product", "product_name"), ("sku", "is_charge", "name"), _product(more)),
        Group(("category",), ("category",), _words(120)),
        Group(("country",), ("country",), _words(LONGEST_WORD)),
        Group(("city",), ("city",), _words(LONGEST_WORD)),
        Group(("quantity", "unit_price", "amount"), ("quantity", "unit_price", "amount"), money,
              whole=plain_columns.money if is_plain_money else None),
    ]  # fmt: skip


def _identifier(longest: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        if is_missing(value):
            return NULL
        text = plain_identifier(value)
        if len(text) > longest:
            raise Fault("too_long")
        return NULL if text.lower() in guests.DASHES else identifier(text)

    return read


def _customer(value: object) -> str:
    """Who bought; e-mail addresses are one in any case, and a guest is nobody."""
    if is_missing(value):
        return NULL
    text = plain_identifier(value)
    if len(text) > LONGEST_CUSTOMER:
        raise Fault("too_long")
    if guests.is_guest(text):
        return NULL
    return identifier(text.lower() if "@" in text else text)


def plain_identifier(value: object) -> str:
    """A cell as text; a whole number that its column made a fraction is whole again."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    text = str(value).strip()
    if text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    return text


def _moment(order: str, zone: str, latest: datetime) -> Callable[[object], str]:
    """An instant in UTC; a time without a zone is the shop's wall clock."""
    local, is_utc = ZoneInfo(zone), zone == "UTC"
    ends = latest.replace(tzinfo=None)

    def read(value: object) -> str:
        if is_missing(value):
            raise Fault("missing")
        moment = dates.parse(value if isinstance(value, date) else plain_identifier(value), order)
        if moment.tzinfo is None:
            if is_utc:
                return _passed(moment, ends).isoformat(" ") + "+00"
            moment = moment.replace(tzinfo=local)
        return _passed(moment.astimezone(UTC), latest).isoformat(" ")

    return read


def _passed(moment: datetime, latest: datetime) -> datetime:
    if moment > latest:
        raise Fault("date_in_future")
    return moment


def _product(more: frozenset[str]) -> Callable[[object, object], str]:
    """sku, whether it is a charge, name. A line that names no product stands for a charge."""

    def read(code: object, name: object) -> str:
        words = "" if is_missing(name) else _seen(name)[:LONGEST_NAME]
        sku = words[:LONGEST_ID] if is_missing(code) else plain_identifier(code)
        if len(sku) > LONGEST_ID:
            raise Fault("too_long")
        charge = "t" if not sku or charges.is_charge(sku, more) else "f"
        return f"{identifier(sku)}\t{charge}\t{escaped(words)}"

    return read


def _seen(value: object) -> str:
    return " ".join(signs.seen(str(value)).split())


def _words(longest: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        return "" if is_missing(value) else escaped(_seen(value)[:longest])

    return read


def _money_of_order(mark: str) -> Callable[[object, object, object], str]:
    def read(_quantity: object, _price: object, value: object) -> str:
        if mark == "." and isinstance(value, str) and (plain := _PLAIN.match(value)):
            return f"1\t{value}\t{plain[1]}{plain[2] or '00'}"
        amount = _number(value, mark, "amount")
        return f"{-1 if amount < 0 else 1}\t{abs(amount):f}\t{numbers.minor(amount)}"

    return read


def _money_of_line(mark: str) -> Callable[[object, object, object], str]:
    """Quantity x unit price, or the line's own amount where the file gives no unit price."""

    def read(quantity: object, price: object, amount: object) -> str:
        units = Decimal(1) if is_missing(quantity) else _number(quantity, mark, "quantity")
        if units != units.quantize(TINY):
            units = units.quantize(TINY)
        if is_missing(price):
            return _by_amount(units, _number(amount, mark, "amount"))
        each = _number(price, mark, "unit_price").quantize(PLACES)
        money = numbers.minor(units * each)
        if abs(money) > numbers.LARGEST * 100:
            raise _about("unit_price", Fault("too_large"))
        return f"{units:f}\t{each:f}\t{money}"

    return read


def _by_amount(units: Decimal, amount: Decimal) -> str:
    """A negative amount is a return, whatever sign the quantity bears."""
    size = abs(units)
    each = (abs(amount) / size if size else abs(amount)).quantize(PLACES)
    signed = -(size or Decimal(1)) if amount < 0 else units
    return f"{signed:f}\t{each:f}\t{numbers.minor(amount)}"


def _number(value: object, mark: str, field: str) -> Decimal:
    if is_missing(value):
        raise _about(field, Fault("missing"))
    try:
        return numbers.parse(value, mark)
    except Fault as fault:
        raise _about(field, fault) from None


def _about(field: str, fault: Fault) -> Fault:
    fault.field = field
    return fault
