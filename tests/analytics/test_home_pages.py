"""The first page: its period, what it is compared to, and what wants attention."""

from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from analytics.selectors.sales import Days
from analytics.services import recomputing
from analytics.views import period_picker
from core import clock
from core.models import Job, Workspace
from crm.models import Import
from loyalty.services import ledger
from tests import build, build_campaigns, build_loyalty
from tests import build_analytics as shops
from tests.build_analytics import Sale

LAST = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("asked", "days", "before"),
    [
        ("", ("2024-03-04", "2024-03-31"), ("2024-02-05", "2024-03-03")),
        ("period=7", ("2024-03-25", "2024-03-31"), ("2024-03-18", "2024-03-24")),
        ("period=7&against=year", ("2024-03-25", "2024-03-31"), ("2023-03-27", "2023-04-02")),
        ("period=month", ("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
        ("from=2024-01-05&to=2024-01-06", ("2024-01-05", "2024-01-06"),
         ("2024-01-03", "2024-01-04")),
        ("from=2024-03-30&to=2030-01-01", ("2024-03-30", "2024-03-31"),
         ("2024-03-28", "2024-03-29")),
    ],
)  # fmt: skip
def test_the_address_names_the_days_and_what_they_stand_against(
    asked: str, days: tuple[str, str], before: tuple[str, str]
) -> None:
    period = period_picker.period_of(QueryDict(asked), LAST)

    assert (period.days, period.before) == (_days(*days), _days(*before))


@pytest.mark.parametrize(
    "asked",
    ["period=", "period=1e9", "from=x&to=y", "from=2024-03-02&to=2024-03-01", "from=2024-02-30",
     "from=1999-01-01&to=2024-03-01", "period=%00", "from=0001-01-01&to=0001-02-01",
     "from=0001-01-01&to=0001-01-01&against=year"],
)  # fmt: skip
def test_a_spoilt_address_shows_the_usual_days(asked: str) -> None:
    period = period_picker.period_of(QueryDict(asked), LAST)

    assert period.days == _days("2024-03-04", "2024-03-31")


WRONG_DAYS = (
    "These days cannot be shown: the first may not be after the last or after 31\xa0March\xa02024,"
    " and two years is the most."
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", ""),
        ("period=7", ""),
        ("from=2024-03-01&to=2024-03-02&period=x", ""),
        ("period=1e9", "There is no such period. Shown: 4\xa0Mar – 31\xa0Mar."),
        ("from=2024-03-02&to=2024-03-01", f"{WRONG_DAYS} Shown: 4\xa0Mar – 31\xa0Mar."),
    ],
)
def test_a_spoilt_address_is_told_of(asked: str, said: str) -> None:
    wish = QueryDict(asked)

    with translation.override("en"):
        picker = period_picker.picker(wish, period_picker.period_of(wish, LAST), LAST)

    assert picker.refusal == said


@pytest.mark.django_db
def test_the_first_page_says_that_other_days_are_shown() -> None:
    shop = shops.shop()
    client = Client()
    client.force_login(build.member(shop, "owner"))

    page = client.get(f"/{shop.slug}/?period=nonsense", headers={"Accept-Language": "en"})

    assert "There is no such period." in page.content.decode()


def _days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.fixture
def shop() -> Workspace:
    """A demo that ends on the last of March: two orders then, one the week before, one a year ago."""
    made = shops.shop(is_demo=True)
    shops.orders(made, [
        Sale(1, date(2024, 3, 31), 500), Sale(2, date(2024, 3, 25), 700),
        Sale(1, date(2024, 3, 24), 300), Sale(3, date(2023, 4, 2), 100),
    ])  # fmt: skip
    recomputing.recompute(workspace=made, as_of=LAST, at=shops.NIGHT)
    return made


def _home(shop: Workspace, asked: str = "", role: str = "owner") -> object:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, role))
    return client.get(reverse("analytics:home", args=[shop.slug]) + asked)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "figure", "was"),
    [
        ("?period=7", "£12", "£3"),
        ("?period=7&against=year", "£12", "£1"),
        ("?from=2024-03-24&to=2024-03-24", "£3", None),
    ],
)
def test_the_figures_follow_the_period(
    shop: Workspace, asked: str, figure: str, was: str | None
) -> None:
    page = _home(shop, asked)

    revenue = page.context["stats"][0]  # type: ignore[attr-defined]
    assert revenue.figure.text == figure
    assert (revenue.change.was if revenue.change else None) == was


@pytest.mark.django_db
def test_the_page_says_which_days_it_shows(shop: Workspace) -> None:
    text = _home(shop, "?period=7").content.decode()  # type: ignore[attr-defined]

    assert "7 days" in text
    assert "25\u00a0Mar – 31\u00a0Mar" in text
    assert "18\u00a0Mar – 24\u00a0Mar" in text


@pytest.mark.django_db
def test_a_line_has_a_point_a_day_and_a_week_when_days_are_many(shop: Workspace) -> None:
    week = _home(shop, "?period=7")
    year = _home(shop, "?from=2023-04-01&to=2024-03-31")

    assert len(week.context["stats"][0].values) == 7  # type: ignore[attr-defined]
    assert len(year.context["stats"][0].values) == 52  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_first_page_asks_few_questions(
    shop: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    build_loyalty.program(shop)
    client = Client()
    client.force_login(build.member(shop, "owner"))
    address = reverse("analytics:home", args=[shop.slug])
    client.get(address)

    with django_assert_max_num_queries(15):
        client.get(address)


@pytest.fixture
def told(shop: Workspace) -> Workspace:
    """The demo with its whole story: a loaded file, a programme with points, and three sends."""
    program = build_loyalty.program(shop)
    person = build_campaigns.person(shop)
    bought = build_loyalty.order(person, 10_000, at=clock.now(), workspace=shop)
    ledger.accrue(program=program, order=bought)
    for _number in range(3):
        build_campaigns.launched(build_campaigns.cascade(shop), at=clock.now())
    Import.unscoped.create(
        workspace=shop, kind="orders", state="loaded", file_name="retail.csv", path="/nowhere",
        sha256="0" * 64, size=1, rows=541_909, created=541_909,
    )  # fmt: skip
    Job.unscoped.create(workspace=shop, kind="demo", title="The demo", state="succeeded")
    return shop


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?period=7", "?period=month&against=year"])
def test_the_first_page_with_the_story_asks_few_questions(
    told: Workspace, asked: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(told, "owner"))

    with django_assert_max_num_queries(15):
        page = client.get(reverse("analytics:home", args=[told.slug]) + asked)

    assert [line.state for line in page.context["story"]] == ["ok"] * 5
    assert len(page.context["campaigns"]) == 3


@pytest.mark.django_db
def test_the_story_says_what_its_parts_left(told: Workspace) -> None:
    lines = _home(told).context["story"]  # type: ignore[attr-defined]

    assert lines[0].detail == "541,909 lines, every one accounted for"
    assert lines[2].detail == "3 customers in ten segments"
    assert [line.href for line in lines if not line.href] == []


@pytest.mark.django_db
def test_a_story_that_has_only_begun_leads_nowhere_yet(shop: Workspace) -> None:
    Job.unscoped.create(workspace=shop, kind="demo", title="The demo", state="queued")

    lines = _home(shop).context["story"]  # type: ignore[attr-defined]

    assert [(line.state, line.href) for line in lines] == [("todo", "")] * 5


@pytest.mark.django_db
def test_points_that_burn_soon_want_attention_until_somebody_is_told(shop: Workspace) -> None:
    program = build_loyalty.program(shop, expiry_days=20)
    person = build_loyalty.customer(shop)
    bought = build_loyalty.order(person, 10_000, at=clock.now(), workspace=shop)
    ledger.accrue(program=program, order=bought)

    before = _home(shop).context["attention"]  # type: ignore[attr-defined]
    told = build_campaigns.cascade(
        shop, audience={"kind": "points_expire_soon", "days": 30, "min_points": 1}
    )
    build_campaigns.launched(told, at=clock.now())
    after = _home(shop).context["attention"]  # type: ignore[attr-defined]

    assert [line.audience for line in before] == ["points_expire_soon"]
    assert [line.audience for line in after] == []


@pytest.mark.django_db
def test_a_channel_whose_test_failed_wants_attention(shop: Workspace) -> None:
    build_campaigns.channel(shop, test_error="refused")

    lines = _home(shop).context["attention"]  # type: ignore[attr-defined]

    assert [line.state for line in lines] == ["broken"]
    assert "1 channel does not answer" in lines[0].fact


@pytest.mark.django_db
def test_an_analyst_is_not_offered_to_write(shop: Workspace) -> None:
    build_loyalty.program(shop)

    page = _home(shop, role="analyst").content.decode()  # type: ignore[attr-defined]

    assert reverse("campaigns:campaign_new", args=[shop.slug]) not in page
