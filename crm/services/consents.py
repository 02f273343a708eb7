"""Statements of will: given and withdrawn, under the customer's lock, never rewritten."""

from datetime import datetime

from django.db import transaction

from core.scoping import Scope
from core.services import audit, events
from crm.errors import ConsentNeedsProof
from crm.models import Consent, ConsentState, Customer
from crm.refusals import wrong_field
from crm.rules import signs
from crm.selectors.cards import CHANNELS
from crm.services import locks

MARKETING = Consent.Purpose.MARKETING


def give(
    *,
    scope: Scope,
    customer: Customer,
    channel: str,
    stated_at: datetime,
    source: str,
    purpose: str = MARKETING,
    proof: str = "",
    text_version: str = "",
    ip: str | None = None,
) -> Consent | None:
    """Record a consent; None when it is given already.

    After a withdrawal only a later statement with its own proof counts (C2); anything else
    raises ConsentNeedsProof and changes nothing. Raises InvalidInput for a channel there is not.
    """
    _check(channel)
    with transaction.atomic():
        now_is = _state(customer, channel, purpose)
        if now_is and now_is.state == Consent.State.GRANTED:
            return None
        if now_is and (not signs.seen(proof).strip() or stated_at <= now_is.since):
            raise ConsentNeedsProof(channel=channel)
        consent = _say(scope, customer, channel, purpose, Consent.State.GRANTED, stated_at,
                       source=source, proof=proof, text_version=text_version, ip=ip)  # fmt: skip
        _audit(scope, consent)
    return consent


def withdraw(
    *,
    scope: Scope,
    customer: Customer,
    channel: str,
    stated_at: datetime,
    source: str,
    purpose: str = MARKETING,
    proof: str = "",
    ip: str | None = None,
) -> Consent | None:
    """Record a withdrawal and the fact `crm.consent_withdrawn`; None when it is withdrawn."""
    _check(channel)
    with transaction.atomic():
        now_is = _state(customer, channel, purpose)
        if now_is and now_is.state == Consent.State.WITHDRAWN:
            return None
        consent = _say(scope, customer, channel, purpose, Consent.State.WITHDRAWN, stated_at,
                       source=source, proof=proof, text_version="", ip=ip)  # fmt: skip
        events.record(
            tenant=scope,
            name="crm.consent_withdrawn",
            at=stated_at,
            payload={"customer_id": customer.pk, "channel": channel, "purpose": str(purpose)},
        )
        _audit(scope, consent)
    return consent


def _check(channel: str) -> None:
    if channel not in CHANNELS:
        raise wrong_field(field="channel", code="channel")


def _state(customer: Customer, channel: str, purpose: str) -> ConsentState | None:
    """Today's answer, read under the lock that the send gate takes too."""
    locks.customers([customer.pk])
    found: ConsentState | None = (
        ConsentState.objects.within(customer.workspace_id)
        .filter(customer=customer, channel=channel, purpose=purpose)
        .first()
    )
    return found


def _say(
    scope: Scope,
    customer: Customer,
    channel: str,
    purpose: str,
    state: str,
    stated_at: datetime,
    *,
    source: str,
    proof: str,
    text_version: str,
    ip: str | None,
) -> Consent:
    said: Consent = Consent.objects.within(scope).create(
        workspace_id=scope.workspace_id,
        customer=customer,
        channel=channel,
        purpose=purpose,
        state=state,
        stated_at=stated_at,
        source=source[:32],
        proof=signs.seen(proof)[:254],
        text_version=signs.seen(text_version)[:32],
        ip=ip,
    )
    return said


def _audit(scope: Scope, consent: Consent) -> None:
    """A person who changed somebody's consent is named; the person's own word needs no audit."""
    if scope.actor_kind == "user":
        audit.write(
            scope=scope,
            action=f"consent_{consent.state}",
            target=consent.customer,
            after={"channel": consent.channel, "purpose": consent.purpose},
        )
