"""The last owner of a workspace stays: in the admin, and in the service that it calls."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS
from django.test import Client

from core import clock
from core.errors import LastOwner
from core.models import Job, Membership, User, Workspace
from core.services import members
from tests import build, build_campaigns
from tests.core.admin_pages import errors, url


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(build.superuser())
    return client


@pytest.fixture
def shop(db: None) -> Workspace:
    return build.workspace()


@pytest.mark.parametrize(
    "change",
    [
        {"role": "marketer"},
        {"role": "owner", "expires_at_0": "2124-01-01", "expires_at_1": "00:00"},
    ],
)
def test_the_only_owner_stays(root: Client, shop: Workspace, change: dict[str, str]) -> None:
    only = build.membership(within=shop)

    answer = root.post(url(only, "change"), change)

    only.refresh_from_db()
    assert errors(answer)["__all__"] == [LastOwner().detail]
    assert (only.role, only.expires_at) == ("owner", None)


def test_the_only_owner_is_not_deleted(root: Client, shop: Workspace) -> None:
    only = build.membership(within=shop)

    statuses = [root.post(url(row, "delete"), {"post": "yes"}).status_code
                for row in (only, only.user)]  # fmt: skip

    assert statuses == [403, 403]
    assert Membership.unscoped.filter(pk=only.pk).exists()


@pytest.mark.parametrize(
    "other", [{"role": "marketer"}, {"expires_at": clock.now() + timedelta(9)}]
)
def test_who_is_no_lasting_owner_is_not_another_one(shop: Workspace, other: dict[str, Any]) -> None:
    only = build.membership(within=shop)
    build.membership(within=shop, **other)

    with pytest.raises(LastOwner):
        members.remove(membership=only, at=clock.now())


def test_an_owner_beside_another_goes(root: Client, shop: Workspace) -> None:
    first, second = build.membership(within=shop), build.membership(within=shop)
    third = build.membership(within=shop)

    root.post(url(first, "change"), {"role": "analyst"})
    root.post(url(second, "delete"), {"post": "yes"})

    left = Membership.objects.within(shop).order_by("pk").values_list("pk", "role")
    assert list(left) == [(first.pk, "analyst"), (third.pk, "owner")]


def test_the_only_owner_is_not_switched_off(root: Client, shop: Workspace) -> None:
    person = build.member(shop)

    answer = root.post(url(person, "change"), {"email": person.email})

    assert errors(answer)["is_active"] == [LastOwner().detail]
    assert User.objects.get(pk=person.pk).is_active


def test_a_marketer_is_switched_off_and_deleted(root: Client, shop: Workspace) -> None:
    person = build.member(shop, "marketer")

    root.post(url(person, "change"), {"email": person.email})
    is_active = User.objects.get(pk=person.pk).is_active
    root.post(url(person, "delete"), {"post": "yes"})

    assert not is_active
    assert not User.objects.filter(pk=person.pk).exists()


def test_what_a_deleted_person_did_stays(root: Client, shop: Workspace) -> None:
    scope = build.scope(shop, "marketer")
    person = User.objects.get(pk=scope.actor_id)
    build_campaigns.person(shop)
    run = build_campaigns.launched(build_campaigns.cascade(shop))
    type(run).unscoped.filter(pk=run.pk).update(launched_by=person)
    job = build.job(within=shop)
    Job.unscoped.filter(pk=job.pk).update(asked_by=person)

    answer = root.post(url(person, "delete"), {"post": "yes"})

    run.refresh_from_db()
    job.refresh_from_db()
    assert (answer.status_code, run.launched_by, job.asked_by) == (302, None, None)


def test_the_last_owner_wins_over_a_faster_colleague(
    root: Client, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = build.membership(within=shop)
    seen = admin.site._registry[Membership]
    monkeypatch.setattr(seen, "has_delete_permission", lambda *_args: True)

    answer = root.post(url(only, "delete"), {"post": "yes"}, follow=True)

    assert LastOwner().detail in answer.content.decode()
    assert Membership.unscoped.filter(pk=only.pk).exists()


def test_deleting_a_person_reads_none_of_their_work(shop: Workspace) -> None:
    person = build.member(shop, "marketer")
    jobs = [build.job(within=shop) for _ in range(3)]
    Job.unscoped.filter(pk__in=[job.pk for job in jobs]).update(asked_by=person)
    collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=person)

    collector.collect([person])

    assert set(collector.data) == {User, Membership}
