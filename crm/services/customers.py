"""Customers by the caller's own ids: created, updated or left, a list at a time."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from core.clock import local_day
from core.errors import ChangedMeanwhile, Conflict, InvalidInput
from core.scoping import Scope
from core.services import audit, events
from crm.errors import IdentityTaken
from crm.models import Customer
from crm.refusals import at_field, wrong_field
from crm.rules.faults import Fault
from crm.services import customer_batches
from crm.services.customer_batches import Batch
from crm.services.inputs import CREATED, REJECTED, UPDATED, CustomerInput, Outcome

MOST = 1_000
EDITABLE = frozenset(
    {"first_name", "last_name", "birth_date", "gender", "city", "country", "language", "timezone",
     "custom"}
)  # fmt: skip
# Of these the audit log, which is for ever, says that they changed and not to what: a person who
# is erased is erased there too.
PERSONAL = EDITABLE - {"language", "timezone"}
HIDDEN = "…"


def upsert(*, scope: Scope, items: Sequence[CustomerInput], at: datetime) -> list[Outcome]:
    """Create or update up to 1,000 customers by external id; one outcome an item, in order.

    A person is found by external id, else by e-mail, phone or card when that belongs to nobody
    with another id in the same system. Codes of rejected items: identity_taken (`others` has
    it), repeated_in_batch, phone…, email…, too_long, gender, timezone, date, date_in_future,
    hidden_sign. The rest of the list goes on. Records `crm.customers_changed` {"customer_ids"}
    when anything changed.
    """
    if len(items) > MOST:
        raise InvalidInput(fields=[{"field": "items", "code": "too_many", "message": str(MOST)}])
    for last_try in (False, True):
        try:
            with transaction.atomic():
                return _upsert(scope, items, at)
        except IntegrityError as error:
            # Somebody took one of the identities between our look and our write: look again.
            if last_try:
                raise Conflict from error
    raise AssertionError("two tries end in an answer or a conflict")


def _upsert(scope: Scope, items: Sequence[CustomerInput], at: datetime) -> list[Outcome]:
    seen = [customer_batches.seen(item) for item in items]
    batch = Batch(scope.workspace, seen, _today(scope, at))
    customer_batches.match(batch)
    customer_batches.write(batch=batch, at=at)
    changed = [o.id for o in batch.outcomes.values() if o.outcome in {CREATED, UPDATED}]
    if changed:
        events.record(
            tenant=scope, name="crm.customers_changed", at=at, payload={"customer_ids": changed}
        )
    return [batch.outcomes[index] for index in range(len(items))]


def upsert_one(*, scope: Scope, item: CustomerInput, at: datetime) -> Outcome:
    """The same for one; a rejection is raised: IdentityTaken, or InvalidInput naming the field."""
    outcome = upsert(scope=scope, items=[item], at=at)[0]
    if outcome.outcome != REJECTED:
        return outcome
    if outcome.code == IdentityTaken.code:
        raise at_field(IdentityTaken, outcome.field, others=list(outcome.others))
    raise wrong_field(field=outcome.field, code=outcome.code)


def _today(scope: Scope, at: datetime) -> date:
    return local_day(at, scope.workspace.timezone)


def edit(
    *,
    scope: Scope,
    customer: Customer,
    changes: dict[str, Any],
    at: datetime,
    is_as_read: Callable[[Customer], bool] | None = None,
) -> Customer:
    """A person edits a card's own fields; unknown fields are refused, the change is audited.

    Custom fields are joined to those there are, and a null takes one away. What is there already is no change: nothing is written, and the version stays.

    `is_as_read` is asked about the locked row, so that of two edits of one reading one wins and
    the other raises ChangedMeanwhile; without it the last write wins.
    """
    _check(scope, changes, at)
    changes = {n: customer_batches.value_seen(n, value) for n, value in changes.items()}
    with transaction.atomic():
        rows = Customer.objects.within(scope).select_for_update(of=("self",))
        customer = rows.get(pk=customer.pk)
        if is_as_read and not is_as_read(customer):
            raise ChangedMeanwhile
        if "custom" in changes:
            changes["custom"] = customer_batches.joined(customer.custom, changes["custom"])
        changes = {n: value for n, value in changes.items() if getattr(customer, n) != value}
        if changes:
            _change(scope, customer, changes, at)
    return customer


def _check(scope: Scope, changes: dict[str, Any], at: datetime) -> None:
    if strangers := sorted(set(changes) - EDITABLE):
        raise InvalidInput(
            fields=[{"field": f, "code": "unknown", "message": f} for f in strangers]
        )
    try:
        customer_batches.check_own(
            zone=changes.get("timezone"),
            born=changes.get("birth_date"),
            language=changes.get("language"),
            today=_today(scope, at),
        )
    except Fault as fault:
        raise wrong_field(field=fault.field, code=fault.code) from None


def _change(scope: Scope, customer: Customer, changes: dict[str, Any], at: datetime) -> None:
    before = {name: str(getattr(customer, name)) for name in changes if name not in PERSONAL}
    for name, value in changes.items():
        setattr(customer, name, value)
    customer.updated_at = at
    customer.save(update_fields=[*changes, "updated_at"])
    after = {name: _told(name, getattr(customer, name)) for name in changes}
    audit.write(scope=scope, action="edited", target=customer, before=before, after=after)
    events.record(
        tenant=scope, name="crm.customers_changed", at=at, payload={"customer_ids": [customer.pk]}
    )


def _told(name: str, value: Any) -> str:
    return str(value) if name not in PERSONAL else HIDDEN if value else ""
