"""Nightly runs: one a workspace and local day, from dirty customers, shown as jobs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from analytics import tasks
from analytics.models import DirtyCustomer, Snapshot
from analytics.selectors import days, snapshots
from analytics.services import nightly, recomputing
from core.models import Job
from core.services import events, jobs, relay
from tests import build
from tests import build_analytics as shops
from tests.build_analytics import Sale

FIVE_IN_MOSCOW = datetime(2024, 3, 2, 2, tzinfo=UTC)
START = date(2024, 1, 1)


@pytest.mark.django_db
def test_a_night_is_asked_for_once_however_often_beat_looks() -> None:
    build.workspace(timezone="Europe/Moscow")

    nightly.ask_due(at=FIVE_IN_MOSCOW)
    nightly.ask_due(at=FIVE_IN_MOSCOW + timedelta(minutes=10))

    [job] = Job.unscoped.filter(kind=nightly.KIND)
    assert job.params == {"as_of": "2024-03-01"}


@pytest.mark.django_db
def test_the_night_of_a_zone_begins_when_its_own_clock_says_four() -> None:
    far_west = build.workspace(timezone="America/Los_Angeles")
    moscow = build.workspace(timezone="Europe/Moscow")

    nightly.ask_due(at=datetime(2024, 3, 2, 1, 30, tzinfo=UTC))

    assert list(Job.unscoped.values_list("workspace_id", "params__as_of")) == [
        (far_west.pk, "2024-02-29"),
        (moscow.pk, "2024-03-01"),
    ]


@pytest.mark.django_db
def test_before_four_nothing_is_asked() -> None:
    build.workspace(timezone="Europe/Moscow")

    nightly.ask_due(at=datetime(2024, 3, 2, 0, 30, tzinfo=UTC))

    assert not Job.unscoped.exists()


@pytest.mark.django_db
def test_a_zone_that_is_nowhere_keeps_no_other_shop_from_its_night(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost = build.workspace(timezone="Mars/Olympus")
    moscow = build.workspace(timezone="Europe/Moscow")

    asked = nightly.ask_due(at=FIVE_IN_MOSCOW)

    assert (asked, Job.unscoped.get().workspace_id) == (1, moscow.pk)
    [said] = caplog.records
    assert f"workspace {lost.pk}" in said.getMessage()
    assert said.exc_info


@pytest.mark.django_db
def test_the_task_asks_and_may_run_twice() -> None:
    build.workspace(timezone="UTC")

    tasks.start_due_nightly()
    tasks.start_due_nightly()

    assert Job.unscoped.count() <= 1


@pytest.mark.django_db(transaction=True)
def test_an_asked_run_computes_and_shows_what_it_did() -> None:
    shop = shops.shop()
    shops.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    job = nightly.ask_now(scope=build.scope(shop), at=shops.NIGHT)

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.result["customers"]) == ("succeeded", 20)
    assert job.phase


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_run_leaves_the_last_figures() -> None:
    shop = shops.shop()
    shops.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    recomputing.recompute(workspace=shop, as_of=START + timedelta(30), at=shops.NIGHT)
    job = nightly.ask_now(scope=build.scope(shop), at=shops.NIGHT)
    Job.unscoped.filter(pk=job.pk).update(cancel_requested_at=shops.NIGHT)

    jobs.run_due()

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Snapshot.objects.within(shop).count() == 1


@pytest.mark.django_db
def test_changed_orders_make_their_customers_dirty() -> None:
    shop = shops.shop()
    known = shops.orders(shop, [Sale(1, START), Sale(2, START)])
    events.record(
        tenant=shop, name="crm.orders_changed", at=shops.NIGHT,
        payload={"customer_ids": [known[1].pk]},
    )  # fmt: skip

    relay.relay_due()

    assert [row.customer_id for row in DirtyCustomer.objects.within(shop)] == [known[1].pk]


@pytest.mark.django_db
def test_a_strangers_customer_is_not_marked() -> None:
    shop, other = shops.shop(), shops.shop()
    known = shops.orders(other, [Sale(1, START)])
    events.record(
        tenant=shop, name="crm.orders_changed", at=shops.NIGHT,
        payload={"customer_ids": [known[1].pk]},
    )  # fmt: skip

    relay.relay_due()

    assert not DirtyCustomer.unscoped.exists()


@pytest.mark.django_db
def test_the_command_computes_the_named_workspace_only() -> None:
    shop, other = shops.shop(), shops.shop()
    shops.orders(shop, [Sale(1, START)])

    call_command("recompute", workspace=shop.slug, as_of=START)

    found = snapshots.latest(shop.pk)
    assert found is not None
    assert (found.as_of, found.figures["customers"]) == (START, 1)
    assert snapshots.latest(other.pk) is None


@pytest.mark.django_db
def test_a_demo_stays_at_the_last_day_of_its_data() -> None:
    demo = shops.shop(is_demo=True)
    shops.orders(demo, [Sale(1, START)])
    living = shops.shop()

    assert days.last_full_day(demo, FIVE_IN_MOSCOW) == START
    assert days.last_full_day(living, FIVE_IN_MOSCOW) == date(2024, 3, 1)


@pytest.mark.django_db
def test_only_the_newest_snapshots_keep_their_customers() -> None:
    shop = shops.shop()
    shops.orders(shop, [Sale(1, START)])
    for offset in range(5):
        recomputing.recompute(workspace=shop, as_of=START + timedelta(offset), at=shops.NIGHT)

    newest_first = Snapshot.objects.within(shop).order_by("-pk")
    kept = [snapshots.customers_of(shop.pk, each).count() for each in newest_first]
    assert kept == [1, 1, 1, 0, 0]
