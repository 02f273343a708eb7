"""Saving what stands there already writes no audit entry; saving anything else writes one."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.services import settings as thresholds
from campaigns.models import Campaign, Channel, Template
from campaigns.services import configuring, drafting, editing, wording
from core.models import AuditEntry
from core.scoping import Scope
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def cascade(scope: Scope) -> Campaign:
    return campaigns.cascade(scope.workspace, name="Autumn")


def entries(scope: Scope) -> int:
    return int(AuditEntry.objects.within(scope).count())


def terms_of(campaign: Campaign, **other: Any) -> editing.Terms:
    named = {name: getattr(campaign, name) for name in editing.Terms.__dataclass_fields__
             if name != "waits"}  # fmt: skip
    waits = tuple(campaign.steps.order_by("position").values_list("wait", flat=True))
    return replace(editing.Terms(**named, waits=waits), **other)


@pytest.mark.parametrize(
    ("other", "written"),
    [({}, 0), ({"cap_days": 30}, 1), ({"quiet_from": time(21), "quiet_until": time(9)}, 1),
     ({"waits": (timedelta(0), timedelta(hours=9))}, 1)],
)  # fmt: skip
def test_the_terms_of_a_campaign(
    scope: Scope, cascade: Campaign, other: dict[str, Any], written: int
) -> None:
    cascade.refresh_from_db()

    editing.edit(
        scope=scope, campaign=cascade, terms=terms_of(cascade, **other),
        seen_at=cascade.updated_at,
    )  # fmt: skip

    changed = [e for e in AuditEntry.objects.within(scope) if e.before != e.after]
    assert (entries(scope), len(changed)) == (written, written)


@pytest.mark.parametrize(("subject", "written"), [("Hello", 0), ("Good day", 1)])
def test_the_texts_of_a_template(scope: Scope, subject: str, written: int) -> None:
    template: Template = campaigns.template(scope.workspace, subject="Hello")
    texts = wording.Texts(template.name, subject, template.html, template.text)

    wording.save(scope=scope, template=template, texts=texts, version=template.version)

    template.refresh_from_db()
    assert (entries(scope), template.version) == (written, 1 + written)


@pytest.mark.parametrize(
    ("addresses", "written"), [(None, 0), (["a@shop.ru"], 0), (["b@shop.ru"], 1)]
)
def test_the_settings_of_a_channel(scope: Scope, addresses: list[str] | None, written: int) -> None:
    channel: Channel = campaigns.channel(scope.workspace, "email")
    Channel.unscoped.filter(pk=channel.pk).update(
        config={**channel.config, "test_addresses": ["a@shop.ru"]}
    )
    channel.refresh_from_db()

    configuring.configure(
        scope=scope, channel=channel, price=Decimal(channel.price_micros) / 1_000_000,
        read_rate=channel.read_rate, is_active=channel.is_active, test_addresses=addresses,
    )  # fmt: skip

    assert entries(scope) == written


@pytest.mark.parametrize(("hours", "written"), [(6, 0), (7, 1)])
def test_a_step(scope: Scope, cascade: Campaign, hours: int, written: int) -> None:
    cascade.refresh_from_db()
    step = cascade.steps.get(position=2)

    drafting.change_step(
        scope=scope, campaign=cascade, step_id=step.pk, seen_at=cascade.updated_at,
        terms=drafting.StepTerms(wait=timedelta(hours=hours)),
    )  # fmt: skip

    assert entries(scope) == written


@pytest.mark.parametrize(("words", "written"), [("median", 0), ("p90", 1)])
def test_the_threshold_of_the_life_cycle(scope: Scope, words: str, written: int) -> None:
    assert scope.workspace.lifecycle_threshold == "median"

    thresholds.choose_threshold(scope=scope, words=words, at=build.NOON)

    assert AuditEntry.objects.within(scope).filter(action="choose_threshold").count() == written
