"""A membership that has ended opens nothing, is not offered, and takes no tests of a channel."""

from datetime import timedelta

import pytest
from django.test import Client

from campaigns.selectors import allowed_tests
from core import clock
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(("ends_in", "is_offered"), [(-DAY, False), (DAY, True)])
def test_a_workspace_is_offered_while_the_membership_lasts(
    client: Client, *, ends_in: timedelta, is_offered: bool
) -> None:
    home, guest = build.workspace(name="Home"), build.workspace(name="A guest's shop")
    person = build.member(home)
    build.membership(within=guest, who=person, role="agency", expires_at=clock.now() + ends_in)
    client.force_login(person)

    page = client.get(f"/{home.slug}/").content.decode()

    assert (f'href="/{guest.slug}/"' in page) is is_offered


@pytest.mark.parametrize(("ends_in", "is_allowed"), [(-DAY, False), (DAY, True)])
def test_a_test_goes_to_those_who_still_belong(*, ends_in: timedelta, is_allowed: bool) -> None:
    scope = build.scope()
    channel = campaigns.channel(scope.workspace)
    guest = build.membership(
        within=scope.workspace, role="agency", expires_at=clock.now() + ends_in
    ).user

    allowed = allowed_tests.addresses(scope=scope, channel=channel, at=clock.now())

    assert (guest.email in allowed) is is_allowed
