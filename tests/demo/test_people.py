"""The demo's people are invented: unreachable, marked, and the same at every loading."""

from datetime import UTC, datetime

import pytest

from core.models import Workspace
from crm.models import Consent, Customer, Identity, Order
from demo import people
from tests import build

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
CUSTOMERS = 200


@pytest.fixture
def shop() -> Workspace:
    """A workspace of customers known by number alone, each with an order."""
    shop = build.workspace()
    for number in range(CUSTOMERS):
        person = Customer.unscoped.create(workspace=shop)
        Identity.unscoped.create(
            workspace=shop, customer=person, kind="external", value=str(12_000 + number)
        )
        Order.unscoped.create(
            workspace=shop, customer=person, external_id=str(number), placed_at=AT,
            placed_on=AT.date(), total=100,
        )  # fmt: skip
    return shop


def addresses(shop: Workspace) -> list[str]:
    found = Identity.objects.within(shop).exclude(kind="external")
    return sorted(found.values_list("value", flat=True))


def test_every_customer_gets_a_name_and_the_mark(shop: Workspace) -> None:
    people.invent(workspace_id=shop.pk)

    named = Customer.objects.within(shop).filter(is_made_up=True).exclude(first_name="")
    assert named.count() == CUSTOMERS


def test_nobody_real_can_be_reached(shop: Workspace) -> None:
    people.invent(workspace_id=shop.pk)

    real = [at for at in addresses(shop) if not at.endswith("@example.com") and at[:4] != "+999"]
    assert real == []
    assert len(addresses(shop)) > CUSTOMERS


def test_inventing_again_changes_nothing(shop: Workspace) -> None:
    people.invent(workspace_id=shop.pk)
    before = addresses(shop), Consent.objects.within(shop).count()

    named = people.invent(workspace_id=shop.pk)

    assert (named, addresses(shop), Consent.objects.within(shop).count()) == (0, *before)


def test_some_have_said_no(shop: Workspace) -> None:
    people.invent(workspace_id=shop.pk)

    states = set(Consent.objects.within(shop).values_list("state", flat=True))
    assert states == {"granted", "withdrawn"}


def test_another_shop_is_left_alone(shop: Workspace) -> None:
    stranger = build.workspace()
    Customer.unscoped.create(workspace=stranger, first_name="Eve")

    people.invent(workspace_id=shop.pk)

    assert Customer.objects.within(stranger).get().first_name == "Eve"
    assert not Identity.objects.within(stranger).exists()
