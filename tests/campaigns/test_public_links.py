"""The links of a message against everything that may be thrown at them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from campaigns.models import AudienceMember, Receipt, Run, RunLink, Suppression
from campaigns.rules.tokens import Claims, Purpose, issue
from campaigns.services import composing, sending
from core import clock
from crm.models import Consent
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
APPLE = "Mozilla/5.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.fixture
def run() -> Run:
    """A letter sent; the SMS waits."""
    shop = build.workspace()
    campaigns.person(shop)
    launched = campaigns.launched(campaigns.cascade(shop))
    sending.send_due()
    return launched


@pytest.fixture
def reader() -> Client:
    return Client(headers={"user-agent": BROWSER}, enforce_csrf_checks=True)


def token(run: Run, purpose: Purpose, link: int = 0, **other: Any) -> str:
    claims = Claims(
        other.get("workspace", run.workspace_id),
        other.get("delivery", campaigns.delivery(run).pk),
        link,
        other.get("on", clock.now().date()),
    )
    return issue(other.get("secret", settings.SECRET_KEY), purpose, claims)


def first_link(run: Run) -> RunLink:
    return RunLink.unscoped.get(step=run.steps.get(position=1))


def click(run: Run, **other: Any) -> str:
    return token(run, Purpose.CLICK, first_link(run).pk, **other)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_messages_hold_the_addresses_that_are_served(purpose: Purpose) -> None:
    served = reverse(f"messages:{purpose}", args=["TOKEN"])

    assert composing.PATHS[purpose].format("TOKEN") == served


def test_a_click_leads_where_the_frozen_link_says_and_is_counted(run: Run, reader: Client) -> None:
    answer = reader.get(f"/m/c/{click(run)}")

    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/sale")
    assert campaigns.delivery(run).clicked_at is not None
    assert campaigns.delivery(run, 2).reason == "stopped_read"


@pytest.mark.parametrize(
    "query",
    [
        "url=https://evil.example",
        "url=//evil.example",
        "url=%5C%5Cevil.example",
        "url=javascript:alert(1)",
        "next=%09//evil.example",
        "url=%0d%0aLocation:%20https://evil.example",
        "dest=https://shop.example@evil.example",
    ],
)
def test_nothing_in_the_query_decides_where_a_click_leads(
    run: Run, reader: Client, query: str
) -> None:
    answer = reader.get(f"/m/c/{click(run)}?{query}")

    assert answer["Location"] == "https://shop.example/sale"


def _flipped(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


BAD: dict[str, Callable[[Run], str]] = {
    "flipped": lambda run: _flipped(click(run)),
    "truncated": lambda run: click(run)[:-4],
    "longer": lambda run: click(run) + "A",
    "of another purpose": lambda run: token(run, Purpose.UNSUBSCRIBE, first_link(run).pk),
    "of another brand": lambda run: click(run, workspace=build.workspace().pk),
    "of another secret": lambda run: click(run, secret="somebody else's"),
    "of another delivery": lambda run: click(run, delivery=10**9),
    "of another step's link": lambda run: token(
        run, Purpose.CLICK, RunLink.unscoped.get(step=run.steps.get(position=2)).pk
    ),
    "of no link": lambda run: token(run, Purpose.CLICK, 0),
    "older than a year": lambda run: click(run, on=clock.now().date() - timedelta(days=366)),
    "no token at all": lambda _run: "https:evil.example",
    "a number": lambda run: str(campaigns.delivery(run).pk),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_a_token_that_is_not_ours_is_a_neutral_404(run: Run, reader: Client, kind: str) -> None:
    answer = reader.get(f"/m/c/{BAD[kind](run)}")

    assert answer.status_code == 404
    assert Receipt.unscoped.count() == 0


def test_a_click_token_does_not_unsubscribe(run: Run, reader: Client) -> None:
    answer = reader.post(f"/m/u/{click(run)}")

    assert answer.status_code == 404
    assert Consent.unscoped.filter(state="withdrawn").count() == 0


def test_the_pixel_is_one_by_one_and_counts_a_reading(run: Run, reader: Client) -> None:
    answer = reader.get(f"/m/o/{token(run, Purpose.PIXEL)}.gif")

    assert answer["Content-Type"] == "image/gif"
    assert answer.content[6:10] == b"\x01\x00\x01\x00"
    assert "max-age" in answer["Cache-Control"]
    assert campaigns.delivery(run).read_at is not None


@pytest.mark.parametrize("robot", [APPLE, GMAIL, "", "curl/8.5"])
def test_a_robot_that_loads_the_pixel_stops_no_cascade(run: Run, robot: str) -> None:
    reader = Client(headers={"user-agent": robot})

    answer = reader.get(f"/m/o/{token(run, Purpose.PIXEL)}.gif")

    assert answer.status_code == 200
    assert Receipt.unscoped.get().is_automatic
    assert campaigns.delivery(run).read_at is None
    assert AudienceMember.unscoped.get(run=run).stopped_at is None


def test_a_thousand_openings_are_one_row(run: Run, reader: Client) -> None:
    address = f"/m/o/{token(run, Purpose.PIXEL)}.gif"

    for _ in range(25):
        reader.get(address)

    assert Receipt.unscoped.count() <= 2


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_unsubscribe_page_writes_nothing(
    run: Run, reader: Client, method: str
) -> None:
    answer = getattr(reader, method)(f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}")

    assert answer.status_code == 200
    assert Receipt.unscoped.count() == 0
    assert Consent.unscoped.filter(state="withdrawn").count() == 0


def test_the_unsubscribe_page_shows_a_masked_address(run: Run, reader: Client) -> None:
    answer = reader.get(f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}")

    page = answer.content.decode()
    assert "•••@example.org" in page
    assert campaigns.delivery(run).customer.identities.get(kind="email").value not in page


def test_one_click_unsubscribes_without_cookie_or_csrf_token_however_often(
    run: Run, reader: Client
) -> None:
    address = f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}"

    answers = [reader.post(address, {"List-Unsubscribe": "One-Click"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert Consent.unscoped.filter(state="withdrawn", channel="email").count() == 1
    assert Suppression.unscoped.get().reason == "unsubscribed"
    assert Receipt.unscoped.filter(kind="unsubscribed").count() == 1


def test_an_unsubscribed_person_gets_no_later_letter(run: Run, reader: Client) -> None:
    reader.post(f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}")
    later = campaigns.campaign(run.workspace)
    campaigns.step(later)

    second = campaigns.launched(later)
    sending.send_due()

    assert campaigns.delivery(second).reason == "consent_withdrawn"


def test_somebody_who_said_yes_again_is_written_to_again(run: Run, reader: Client) -> None:
    reader.post(f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}")
    campaigns.consent(campaigns.delivery(run).customer, "email", "granted")
    later = campaigns.campaign(run.workspace)
    campaigns.step(later)

    second = campaigns.launched(later)
    sending.send_due()

    assert campaigns.delivery(second).state == "accepted"


def test_a_person_whose_address_was_erased_may_still_unsubscribe(run: Run, reader: Client) -> None:
    campaigns.delivery(run).customer.identities.all().delete()

    answer = reader.post(f"/m/u/{token(run, Purpose.UNSUBSCRIBE)}")

    assert answer.status_code == 200


def test_an_unsubscribe_link_works_after_two_months(run: Run, reader: Client) -> None:
    old = token(run, Purpose.UNSUBSCRIBE, on=clock.now().date() - timedelta(days=61))

    answer = reader.post(f"/m/u/{old}")

    assert answer.status_code == 200


def test_nobody_says_no_in_the_future_however_fast_the_clock_of_the_run(reader: Client) -> None:
    shop = build.workspace()
    who, now = campaigns.person(shop), clock.now()
    fast = campaigns.launched(campaigns.cascade(shop), at=now, business_start=now, speed=3600)
    sending.send_due()

    reader.post(f"/m/u/{token(fast, Purpose.UNSUBSCRIBE)}")

    said = Consent.unscoped.get(customer=who, state="withdrawn")
    assert now <= said.stated_at <= clock.now()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("purpose", [Purpose.PIXEL, Purpose.CLICK])
def test_another_method_is_told_which_ones_there_are(
    run: Run, reader: Client, purpose: Purpose, method: str
) -> None:
    known = click(run) if purpose == Purpose.CLICK else token(run, purpose)

    answers = [reader.generic(method, composing.PATHS[purpose].format(t)) for t in (known, "x")]

    assert [(one.status_code, one["Allow"], one.content) for one in answers] == [
        (405, "GET, HEAD", b"")
    ] * 2
    assert not Receipt.unscoped.exists()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_head_answers_as_get_does_and_counts_nothing(
    run: Run, reader: Client, purpose: Purpose
) -> None:
    named = click(run) if purpose == Purpose.CLICK else token(run, purpose)
    address = composing.PATHS[purpose].format(named)

    head = reader.head(address)

    assert not Receipt.unscoped.exists()
    get = reader.get(address)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.get("Location") == get.headers.get("Location")
    assert head["Content-Type"] == get["Content-Type"]


def test_the_unsubscribe_page_takes_a_post_and_says_so(run: Run, reader: Client) -> None:
    address = composing.PATHS[Purpose.UNSUBSCRIBE].format(token(run, Purpose.UNSUBSCRIBE))

    refused = reader.put(address)

    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")
    assert reader.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
