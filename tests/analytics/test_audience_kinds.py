"""Audiences that analytics adds: a segment or a state as the newest snapshot has it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from analytics.services.recomputing import recompute
from campaigns import audiences
from campaigns.errors import AudienceInvalid
from core.models import Workspace
from tests import build_analytics
from tests.build_analytics import Sale

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
LONG_AGO, LATELY = date(2023, 6, 1), date(2024, 2, 28)


@pytest.fixture
def shop() -> Workspace:
    """One who fell asleep and one who is new, computed with a threshold of thirty days."""
    shop = build_analytics.shop(lifecycle_threshold="30")
    build_analytics.orders(shop, [Sale(1, LONG_AGO), Sale(2, LATELY)])
    recompute(workspace=shop, as_of=AT.date(), at=AT)
    return shop


def people_of(shop: Workspace, audience: dict[str, Any]) -> list[int]:
    found = audiences.build(workspace_id=shop.pk, audience=audience, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(found.sql, dict(found.params))
        return [row[0] for row in cursor.fetchall()]


def test_a_state_names_its_people(shop: Workspace) -> None:
    sleeping = people_of(shop, {"kind": "lifecycle_state", "state": "sleeping"})
    fresh = people_of(shop, {"kind": "lifecycle_state", "state": "new"})

    assert (len(sleeping), len(fresh)) == (1, 1)
    assert sleeping != fresh


def test_the_segments_share_everybody_out(shop: Workspace) -> None:
    choices = audiences.kind_of({"kind": "rfm_segment"}).choices
    assert choices is not None

    found = [
        people_of(shop, {"kind": "rfm_segment", "segment": name}) for name, _ in choices(shop.pk)
    ]

    assert sorted(person for people in found for person in people) == sorted(
        people_of(shop, {"kind": "lifecycle_state", "state": "sleeping"})
        + people_of(shop, {"kind": "lifecycle_state", "state": "new"})
    )


def test_another_shop_has_nobody_here(shop: Workspace) -> None:
    stranger = build_analytics.shop()

    assert people_of(stranger, {"kind": "lifecycle_state", "state": "sleeping"}) == []


def test_an_unknown_state_is_refused(shop: Workspace) -> None:
    with pytest.raises(AudienceInvalid):
        people_of(shop, {"kind": "lifecycle_state", "state": "' OR true --"})
