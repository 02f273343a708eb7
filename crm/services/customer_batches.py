"""One list of customers against the base: a constant number of statements, whatever its length."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from core.models import Workspace
from core.zones import is_zone
from crm.models import Customer, Identity
from crm.rules import dates, emails, languages, phones, signs
from crm.rules.faults import Fault
from crm.services.inputs import CREATED, REJECTED, UNCHANGED, UPDATED, CustomerInput, Outcome

Claim = tuple[str, str, str]
WORDS = {"first_name": 100, "last_name": 100, "city": 100, "country": 100, "language": 8,
         "timezone": 64}  # fmt: skip
# Read by people only, so what nobody sees is left out of them.
SEEN = ("first_name", "last_name", "city", "country", "custom")
LONGEST = 254
FIELDS = (*WORDS, "birth_date", "gender", "custom")

FIND = """
SELECT i.kind, i.system, i.value, i.customer_id
FROM unnest(%(kinds)s::text[], %(systems)s::text[], %(values)s::text[]) c (kind, system, value)
JOIN crm_identity i ON i.workspace_id = %(workspace)s AND i.kind = c.kind
     AND i.system = c.system AND i.value = c.value"""

OTHER_IDS = """
SELECT customer_id, system, value FROM crm_identity
WHERE workspace_id = %(workspace)s AND kind = 'external' AND customer_id = ANY(%(customers)s)"""


@dataclass
class Batch:
    """The list, the identities its items claim, and what became of each."""

    workspace: Workspace
    items: Sequence[CustomerInput]
    # The shop's own day: nobody is born after it.
    today: date
    claims: dict[int, list[Claim]] = field(default_factory=dict)
    # Item → our customer; None is a new one.
    matched: dict[int, int | None] = field(default_factory=dict)
    owners: dict[Claim, int] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def reject(self, index: int, code: str, at_field: str, others: tuple[int, ...] = ()) -> None:
        self.outcomes[index] = Outcome(
            index, self.items[index].external_id, REJECTED, code=code, field=at_field,
            others=others,
        )  # fmt: skip


def match(batch: Batch) -> None:
    """Find whose each item is; contradictions are rejected."""
    seen: dict[Claim, int] = {}
    for index, item in enumerate(batch.items):
        try:
            batch.claims[index] = _claims(item, batch)
        except Fault as fault:
            batch.reject(index, fault.code, fault.field)
            continue
        repeats = (claim for claim in batch.claims[index] if seen.setdefault(claim, index) != index)
        if repeated := next(repeats, None):
            batch.reject(index, "repeated_in_batch", _field_of(repeated))
            del batch.claims[index]
    batch.owners = _owners(batch)
    other_ids = _external_ids(batch)
    taken: set[int] = set()
    for index in batch.claims:
        _match_one(batch, index, other_ids, taken)


def _claims(item: CustomerInput, batch: Batch) -> list[Claim]:
    """The identities of an item in their normal forms."""
    _check_words(item)
    check_own(zone=item.timezone, born=item.birth_date, language=item.language, today=batch.today)
    region = batch.workspace.phone_region
    readers: tuple[tuple[str, str | None, Callable[[str], str]], ...] = (
        ("external", item.external_id, _id),
        ("email", item.email, emails.normalise),
        ("phone", item.phone, lambda text: phones.normalise(text, region)),
        ("card", item.card, _id),
    )
    claims = []
    for kind, text, read in readers:
        if text is None or (text == "" and kind != "external"):
            continue
        name = "external_id" if kind == "external" else kind
        claims.append((kind, item.system if kind == "external" else "", _read(text, read, name)))
    return claims


def _id(text: str) -> str:
    signs.refuse_hidden(text.strip())
    return text.strip()


def _read(text: str, read: Callable[[str], str], name: str) -> str:
    try:
        value = read(text)
    except Fault as fault:
        raise Fault(fault.code, name) from None
    if not value or "\0" in value:
        raise Fault("missing", name)
    if len(value) > LONGEST:
        raise Fault("too_long", name)
    return value


def seen(item: CustomerInput) -> CustomerInput:
    """The item with names and custom texts of the signs that can be seen."""
    said = {name: getattr(item, name) for name in SEEN}
    plain = {name: value_seen(name, value) for name, value in said.items()}
    return item if plain == said else replace(item, **plain)


def value_seen(name: str, value: Any) -> Any:
    """A value of an own field without the signs that nobody sees."""
    if name == "custom" and value:
        return {key: _text_seen(one) for key, one in value.items()}
    return _text_seen(value)


def _text_seen(value: Any) -> Any:
    return signs.seen(value) if isinstance(value, str) else value


def joined(custom: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Custom fields with those of a change in them; a null takes one away (RFC 7396)."""
    return {name: value for name, value in {**custom, **said}.items() if value is not None}


def _check_words(item: CustomerInput) -> None:
    signs.refuse_hidden(item.system, "system")
    for name, longest in WORDS.items():
        text = getattr(item, name) or ""
        if len(text) > longest or "\0" in text:
            raise Fault("too_long" if len(text) > longest else "nul", name)
    if (item.gender or "") not in {"", "f", "m"}:
        raise Fault("gender", "gender")


def check_own(*, zone: str | None, born: date | None, language: str | None, today: date) -> None:
    """What a map, a calendar and a list say of own fields. Raises Fault(code, field)."""
    if language and language not in languages.CODES:
        raise Fault("language", "language")
    if zone and not is_zone(zone):
        raise Fault("timezone", "timezone")
    if born:
        try:
            dates.parse_day(born, "ymd", today=today)
        except Fault as fault:
            raise Fault(fault.code, "birth_date") from None


def _owners(batch: Batch) -> dict[Claim, int]:
    claims = [claim for claims in batch.claims.values() for claim in claims]
    kinds, systems, values = map(list, zip(*claims, strict=True)) if claims else ([], [], [])
    rows = _rows(FIND, batch, kinds=kinds, systems=systems, values=values)
    return {(kind, system, value): customer for kind, system, value, customer in rows}


def _external_ids(batch: Batch) -> dict[tuple[int, str], set[str]]:
    """{(customer, system): external ids} of everybody the list may mean."""
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = _rows(OTHER_IDS, batch, customers=list(set(batch.owners.values())))
    for customer, system, value in rows:
        found[customer, system].add(value)
    return found


def _match_one(
    batch: Batch, index: int, ids: dict[tuple[int, str], set[str]], taken: set[int]
) -> None:
    people = {batch.owners[claim] for claim in batch.claims[index] if claim in batch.owners}
    external = next(claim for claim in batch.claims[index] if claim[0] == "external")
    one = next(iter(people), None)
    own = ids.get((one or 0, external[1]), set())
    if len(people) > 1 or (own and external[2] not in own):
        batch.reject(index, "identity_taken", _taken_field(batch, index), tuple(sorted(people)))
    elif one is not None and one in taken:
        batch.reject(index, "repeated_in_batch", "external_id")
    else:
        batch.matched[index] = one
        taken |= people


def _taken_field(batch: Batch, index: int) -> str:
    """The identity that another customer has: any but the external id, if one is."""
    owned = [_field_of(claim) for claim in batch.claims[index] if claim in batch.owners]
    return next((name for name in owned if name != "external_id"), "external_id")


def _field_of(claim: Claim) -> str:
    """What the item calls an identity."""
    return "external_id" if claim[0] == "external" else claim[0]


def write(*, batch: Batch, at: datetime) -> None:
    """Insert the new, update the changed, add identities they did not have."""
    known = [customer for customer in batch.matched.values() if customer is not None]
    rows = Customer.objects.within(batch.workspace).filter(pk__in=known).select_for_update()
    people: dict[int, Customer] = {person.pk: person for person in rows.order_by("pk")}
    changed: list[Customer] = []
    new: list[tuple[int, Customer]] = []
    for index, customer in batch.matched.items():
        if customer is None:
            new.append((index, _filled(Customer(workspace=batch.workspace), batch.items[index])))
        elif _fill(people[customer], batch.items[index]):
            changed.append(people[customer])
    Customer.objects.within(batch.workspace).bulk_create([person for _, person in new])
    for person in changed:
        person.updated_at = at
    Customer.objects.within(batch.workspace).bulk_update(changed, [*FIELDS, "updated_at"])
    batch.matched |= {index: person.pk for index, person in new}
    added = _add_identities(batch)
    updated = {person.pk for person in changed} | added
    _say(batch, {index for index, _ in new}, updated)


def _filled(person: Customer, item: CustomerInput) -> Customer:
    _fill(person, item)
    return person


def _fill(person: Customer, item: CustomerInput) -> bool:
    """Put what the item says into the row; whether anything differed."""
    differs = False
    for name in FIELDS:
        value: Any = getattr(item, name)
        if value is None:
            continue
        value = joined(person.custom, value) if name == "custom" else value
        differs |= getattr(person, name) != value
        setattr(person, name, value)
    return differs


def _add_identities(batch: Batch) -> set[int]:
    rows = [
        Identity(workspace=batch.workspace, customer_id=customer, kind=kind, system=system,
                 value=value)
        for index, customer in batch.matched.items()
        if customer is not None
        for kind, system, value in batch.claims[index]
        if (kind, system, value) not in batch.owners
    ]  # fmt: skip
    Identity.objects.within(batch.workspace).bulk_create(rows)
    return {row.customer_id for row in rows}


def _say(batch: Batch, new: set[int], updated: set[int]) -> None:
    for index, customer in batch.matched.items():
        changed = UPDATED if customer in updated else UNCHANGED
        batch.outcomes[index] = Outcome(
            index, batch.items[index].external_id, CREATED if index in new else changed, customer
        )


def _rows(sql: str, batch: Batch, **terms: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": batch.workspace.pk, **terms})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
