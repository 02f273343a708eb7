"""The list of campaigns, the channels and the texts."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Channel, Template
from campaigns.services import steering
from core.models import AuditEntry, User, Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder
from tests.campaigns.screens import client_of, text_of

pytestmark = pytest.mark.django_db
BUDGET = 15


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def owner(shop: Workspace) -> Client:
    return client_of(shop)


def test_an_empty_list_offers_the_first_campaign(shop: Workspace, owner: Client) -> None:
    text = text_of(owner, shop, "campaigns/")

    assert "No campaigns yet" in text
    assert text.count("New campaign") == 1


@pytest.fixture
def lists(shop: Workspace) -> Workspace:
    """A draft, a running campaign and a paused one."""
    campaigns.people(shop, 3)
    campaigns.cascade(shop, name="A draft")
    campaigns.launched(campaigns.cascade(shop, name="A runner"))
    paused = campaigns.launched(campaigns.cascade(shop, name="A sleeper"))
    steering.pause(scope=build.scope(shop), run=paused, at=build.NOON)
    return shop


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("", ["A sleeper", "A runner", "A draft"]),
        ("running", ["A runner"]),
        ("paused", ["A sleeper"]),
        ("drafts", ["A draft"]),
        ("finished", []),
    ],
)
def test_a_filter_shows_the_campaigns_of_its_state(
    lists: Workspace, state: str, names: list[str]
) -> None:
    answer = client_of(lists).get(f"/{lists.slug}/campaigns/", {"state": state})

    assert [row.campaign.name for row, _state in answer.context["rows"]] == names


def test_the_list_keeps_to_the_budget_however_long(lists: Workspace) -> None:
    client = client_of(lists)
    client.get(f"/{lists.slug}/campaigns/")

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/{lists.slug}/campaigns/")

    assert len(captured) <= BUDGET


def test_a_price_is_set_and_audited(shop: Workspace, owner: Client) -> None:
    channel = campaigns.channel(shop, "sms")

    answer = owner.post(
        f"/{shop.slug}/channels/{channel.pk}/",
        {"price": "4.20", "read_rate": "85", "is_active": "on"},
    )

    channel.refresh_from_db()
    assert answer.status_code == 302
    assert (channel.price_micros, channel.read_rate) == (4_200_000, Decimal("0.85"))
    assert AuditEntry.unscoped.get(action="configured").after["price_micros"] == 4_200_000


@pytest.mark.parametrize(("price", "rate"), [("-1", "85"), ("1", "101"), ("x", "85")])
def test_an_impossible_price_or_share_is_refused(
    shop: Workspace, owner: Client, price: str, rate: str
) -> None:
    channel = campaigns.channel(shop, "sms")

    answer = owner.post(f"/{shop.slug}/channels/{channel.pk}/", {"price": price, "read_rate": rate})

    assert answer.status_code == 422
    assert Channel.unscoped.get(pk=channel.pk).price_micros == 5_600_000


def test_a_row_on_a_phone_says_what_it_counts(lists: Workspace) -> None:
    english = {"Accept-Language": "en"}

    text = client_of(lists).get(f"/{lists.slug}/campaigns/", headers=english).content.decode()

    assert '3<span class="show-s"> people</span>' in text


@pytest.mark.parametrize(("language", "mark"), [("ru", ","), ("en", ".")])
def test_a_price_is_shown_as_the_reader_writes_it(
    shop: Workspace, owner: Client, language: str, mark: str
) -> None:
    channel = campaigns.channel(shop, "sms")
    path, of_reader = f"/{shop.slug}/channels/{channel.pk}/", {"Accept-Language": language}
    filled = {"price": f"0{mark}0003", "read_rate": f"12{mark}5", "is_active": "on"}

    saved = owner.post(path, filled, headers=of_reader)
    page = owner.get(path, headers=of_reader).content.decode()

    assert saved.status_code == 302
    assert f'name="price" value="0{mark}0003"' in page
    assert f'name="read_rate" value="12{mark}5"' in page


def test_a_control_group_is_shown_as_the_reader_writes_it(shop: Workspace, owner: Client) -> None:
    cascade = campaigns.cascade(shop, control_percent=Decimal("12.50"))
    path = f"/{shop.slug}/campaigns/{cascade.pk}/"

    russian = owner.get(path, headers={"Accept-Language": "ru"}).content.decode()
    english = owner.get(path, headers={"Accept-Language": "en"}).content.decode()

    assert 'name="control_percent" value="12,5"' in russian
    assert 'name="control_percent" value="12.5"' in english


def test_a_marketer_sees_channels_but_does_not_set_them(shop: Workspace) -> None:
    channel, marketer = campaigns.channel(shop), client_of(shop, "marketer")

    seen = marketer.get(f"/{shop.slug}/channels/")
    opened = marketer.get(f"/{shop.slug}/channels/{channel.pk}/")

    assert (seen.status_code, opened.status_code) == (200, 403)


def send_test(client: Client, shop: Workspace, channel: Channel, address: str) -> Any:
    path = f"/{shop.slug}/channels/{channel.pk}/test/"
    return client.post(path, {"address": address, "text": "Hi"})


def test_a_test_goes_to_a_member_of_the_team(shop: Workspace, owner: Client) -> None:
    channel = campaigns.channel(shop)
    mine = User.objects.get(memberships__workspace=shop).email

    answer = send_test(owner, shop, channel, mine)

    assert answer.status_code == 302
    assert [one.address for one in recorder.sent] == [mine]
    assert Channel.unscoped.get(pk=channel.pk).tested_at is not None


def test_a_test_never_goes_to_anybody_else(shop: Workspace, owner: Client) -> None:
    channel = campaigns.channel(shop)

    answer = send_test(owner, shop, channel, "customer@example.org")

    assert answer.status_code == 422
    assert recorder.sent == []


def write(client: Client, shop: Workspace, template: Template, **texts: str) -> Any:
    filled = {"name": template.name, "subject": "Hi", "html": "<p>Hi</p>", "text": "Hi",
              "version": str(template.version)}  # fmt: skip
    path = f"/{shop.slug}/campaigns/texts/{template.pk}/"
    return client.post(path, filled | texts, headers={"Accept-Language": "en"})


def test_a_text_is_saved_as_the_next_version(shop: Workspace, owner: Client) -> None:
    template = campaigns.template(shop)

    answer = write(owner, shop, template, text="Hi {{ customer.city | default: 'you' }}")

    template.refresh_from_db()
    assert answer.status_code == 302
    assert (template.version, template.text) == (2, "Hi {{ customer.city | default: 'you' }}")


def test_an_unknown_variable_is_refused_with_its_place(shop: Workspace, owner: Client) -> None:
    template = campaigns.template(shop)

    answer = write(owner, shop, template, text="Hi\n  {{ secret }}")

    template.refresh_from_db()
    assert answer.status_code == 422
    said = answer.content.decode().replace("\N{NBSP}", " ")
    assert "Line 2, character 6: there is no variable “secret”" in said
    assert template.version == 1


def test_a_newer_version_is_not_overwritten(shop: Workspace, owner: Client) -> None:
    template = campaigns.template(shop)
    write(owner, shop, template, text="Hers")

    answer = write(owner, shop, template, text="Mine")

    template.refresh_from_db()
    assert (answer.status_code, template.text) == (409, "Hers")


def test_the_palette_finds_a_campaign_of_this_shop_alone(lists: Workspace) -> None:
    campaigns.cascade(build.workspace(), name="A runner elsewhere")

    answer = client_of(lists).get(f"/{lists.slug}/search/", {"q": "runner"})

    text = answer.content.decode()
    assert "A runner" in text
    assert "elsewhere" not in text
