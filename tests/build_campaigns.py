"""Builders of channels, campaigns and runs, and of people who may be written to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from campaigns import audiences, variables
from campaigns.audiences import AudienceSql
from campaigns.models import (
    Campaign,
    CampaignStep,
    Channel,
    Delivery,
    Run,
    Suppression,
    Template,
)  # fmt: skip
from campaigns.rules.addresses import hash_of
from campaigns.services import freezing, launching
from core.models import Workspace
from core.scoping import Scope
from core.services.jobs import Progress
from crm.models import Consent, Customer, Identity
from tests import build

EVERYBODY = "test_everybody"
NOTED = "test_noted"
IDENTITIES = {"email": "email", "sms": "phone"}


def _everybody(workspace_id: int, _params: Any, _at: datetime) -> AudienceSql:
    return AudienceSql(
        "SELECT id AS customer_id, '{}'::jsonb AS variables FROM crm_customer "
        "WHERE workspace_id = %(test_workspace)s",
        {"test_workspace": workspace_id},
    )


def _noted(workspace_id: int, _params: Any, _at: datetime) -> AudienceSql:
    """Somebody called Long has a note that no message can hold."""
    return AudienceSql(
        "SELECT id AS customer_id, jsonb_build_object('note', repeat('x', "
        "CASE first_name WHEN 'Long' THEN 10000 ELSE 1 END)) AS variables "
        "FROM crm_customer WHERE workspace_id = %(test_workspace)s",
        {"test_workspace": workspace_id},
    )


audiences.register(EVERYBODY, _everybody, "Everybody")
audiences.register(NOTED, _noted, "Everybody, noted", variables=frozenset({"note"}))
variables.register("note", "A note", "x", of_audience=True)


def channel(within: Workspace, kind: str = "email", **fields: Any) -> Channel:
    terms: dict[str, Any] = {
        "name": f"{kind}-{build.number()}",
        "adapter": "recorder",
        "config": {"sender": "Shop <shop@example.org>"},
        "price_micros": 30_000 if kind == "email" else 5_600_000,
        "read_rate": Decimal("0.2") if kind == "email" else Decimal("0.9"),
    }
    return Channel.unscoped.create(workspace=within, kind=kind, **(terms | fields))


def template(within: Workspace, kind: str = "email", **fields: Any) -> Template:
    html = '<p>Hello {{ customer.first_name | default: "you" }}</p><a href="https://shop.example/sale">Sale</a>'
    terms: dict[str, Any] = {
        "name": f"Letter {build.number()}",
        "channel_kind": kind,
        "subject": "Hello" if kind == "email" else "",
        "html": html if kind == "email" else "",
        "text": "Hello {{ customer.first_name | default: 'you' }} https://shop.example/sale",
    }
    return Template.unscoped.create(workspace=within, **(terms | fields))


def campaign(within: Workspace, **fields: Any) -> Campaign:
    terms: dict[str, Any] = {"name": "Sale", "audience": {"kind": EVERYBODY}}
    return Campaign.unscoped.create(workspace=within, **(terms | fields))


def step(
    of: Campaign,
    kind: str = "email",
    *,
    through: Channel | None = None,
    says: Template | None = None,
    wait: timedelta = timedelta(0),
    stop_fact: str = "read",
) -> CampaignStep:
    return CampaignStep.unscoped.create(
        workspace=of.workspace,
        campaign=of,
        position=of.steps.count() + 1,
        channel=through or channel(of.workspace, kind),
        template=says or template(of.workspace, kind),
        wait=wait,
        stop_fact=stop_fact,
    )


def person(
    within: Workspace,
    *,
    reachable: Sequence[str] = ("email", "sms"),
    consents: Sequence[str] = ("email", "sms"),
    **fields: Any,
) -> Customer:
    """Somebody with an address and a consent for each of these channels."""
    number = build.number()
    customer = Customer.unscoped.create(
        workspace=within, **({"first_name": f"Anna{number}"} | fields)
    )
    values = {"email": f"p{number}@example.org", "sms": f"+7900{number:07d}"}
    for kind in reachable:
        Identity.unscoped.create(
            workspace=within, customer=customer, kind=IDENTITIES[kind], value=values[kind]
        )
    for kind in consents:
        consent(customer, kind)
    return customer


def consent(
    of: Customer, kind: str = "email", state: str = "granted", at: datetime = build.NOON
) -> Consent:
    return Consent.unscoped.create(
        workspace=of.workspace,
        customer=of,
        purpose="marketing",
        channel=kind,
        state=state,
        stated_at=at,
        source="test",
    )


def withdrawn_later(of: Customer, kind: str, recorded_at: datetime) -> Consent:
    """A withdrawal that was written down at this moment."""
    return Consent.unscoped.create(
        workspace=of.workspace, customer=of, purpose="marketing", channel=kind,
        state="withdrawn", stated_at=recorded_at, recorded_at=recorded_at, source="test",
    )  # fmt: skip


def unsubscribed(of: Customer) -> None:
    """Left the mailing list: the consent is withdrawn, and the address is on the stop list."""
    consent(of, "email", "withdrawn")
    Suppression.unscoped.create(
        workspace=of.workspace, channel_kind="email", reason="unsubscribed",
        address_hash=hash_of(of.identities.get(kind="email").value),
    )  # fmt: skip


def people(within: Workspace, number: int, **fields: Any) -> list[Customer]:
    return [person(within, **fields) for _ in range(number)]


def cascade(within: Workspace, *, wait: timedelta = timedelta(hours=6), **fields: Any) -> Campaign:
    """E-mail, and after the wait an SMS to those who have not read."""
    made = campaign(within, **fields)
    step(made, "email")
    step(made, "sms", wait=wait)
    return made


def launched(
    of: Campaign, *, scope: Scope | None = None, at: datetime = build.NOON, **terms: Any
) -> Run:
    """A run with its audience frozen."""
    run = launching.launch(scope=scope or build.scope(of.workspace), campaign=of, at=at, **terms)
    return frozen(run)


def frozen(run: Run) -> Run:
    """Do the run's job here and now."""
    assert run.job is not None
    freezing.freeze(run.job, Progress(run.job))
    run.refresh_from_db()
    return run


def deliveries(run: Run, position: int = 1) -> list[Delivery]:
    found = Delivery.unscoped.filter(run=run, step__position=position)
    return list(found.order_by("customer_id"))


def delivery(run: Run, position: int = 1) -> Delivery:
    """The only delivery of a step."""
    (only,) = deliveries(run, position)
    return only


def states(run: Run, position: int = 1) -> list[str]:
    return [one.state for one in deliveries(run, position)]


def make_due(run: Run) -> None:
    """Let waits be over."""
    Delivery.unscoped.filter(run=run, state="queued").update(due_at=build.NOON)


def crowd(within: Workspace, number: int) -> None:
    """So many reachable people at once, by SQL: for tests that need thousands."""
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, {"shop": within.pk, "number": number})
        cursor.execute(_CROWD_CONSENTS, {"shop": within.pk})


_CROWD = """
WITH people AS (
    INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,
                              language, timezone, custom, is_made_up)
    SELECT %(shop)s, 'Anna' || number, '', '', '', '', '', '', '{}', true
    FROM generate_series(1, %(number)s) AS number RETURNING id
)
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT %(shop)s, people.id, kind, '', CASE kind WHEN 'email' THEN 'p' || id || '@example.org'
       ELSE '+79' || lpad(id::text, 9, '0') END
FROM people CROSS JOIN (VALUES ('email'), ('phone')) AS kinds(kind)
"""
_CROWD_CONSENTS = """
INSERT INTO crm_consent (workspace_id, customer_id, purpose, channel, state, stated_at, source,
                         proof, text_version)
SELECT %(shop)s, customer.id, 'marketing', channel, 'granted', '2024-01-01', 'test', '', ''
FROM crm_customer AS customer CROSS JOIN (VALUES ('email'), ('sms')) AS channels(channel)
WHERE customer.workspace_id = %(shop)s
"""
