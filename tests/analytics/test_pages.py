"""Pages of figures, opened as people open them."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from analytics.services import recomputing
from core.models import AuditEntry, Job, Workspace
from crm.models import Order
from tests import build
from tests import build_analytics as shops
from tests.build_analytics import Sale

pytestmark = pytest.mark.django_db
START = date(2024, 1, 1)
PAGES = ["home", "lifecycle", "rfm", "cohorts"]
FILES = ["lifecycle_export", "rfm_export", "cohorts_export"]


@pytest.fixture
def shop() -> Workspace:
    made = shops.shop()
    sales = [Sale(n, START + timedelta(n * k), 100 * n + k) for n in range(1, 30) for k in range(4)]
    shops.orders(made, sales)
    recomputing.recompute(workspace=made, as_of=date(2024, 4, 20), at=shops.NIGHT)
    return made


def _visitor(shop: Workspace, role: str = "owner") -> Client:
    client = Client()
    client.force_login(build.member(shop, role))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_figures(shop: Workspace, page: str) -> None:
    answer = _visitor(shop).get(reverse(f"analytics:{page}", args=[shop.slug]))

    assert answer.status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_before_anything_is_computed(page: str) -> None:
    empty = shops.shop()

    answer = _visitor(empty).get(reverse(f"analytics:{page}", args=[empty.slug]))

    assert answer.status_code == 200


def test_a_month_that_is_not_over_pulls_no_mean_down(shop: Workspace) -> None:
    page = _visitor(shop).get(reverse("analytics:cohorts", args=[shop.slug]))

    drawn = page.context["chart"].option["series"]
    newest = page.context["cohorts"][0].cells
    assert newest[3].is_young
    assert len(drawn[0]["data"]) == 3


@pytest.mark.parametrize("file", FILES)
def test_a_table_is_downloaded_as_csv(shop: Workspace, file: str) -> None:
    answer = _visitor(shop).get(reverse(f"analytics:{file}", args=[shop.slug]))

    assert answer["Content-Type"].startswith("text/csv")
    assert len(answer.content.decode().splitlines()) > 1


@pytest.mark.parametrize(("language", "parted"), [("ru", ";"), ("en", ",")])
@pytest.mark.parametrize("file", [*FILES, "segments_export", "rfm_moves_export"])
def test_a_table_is_parted_as_the_readers_spreadsheet_parts_it(
    shop: Workspace, file: str, language: str, parted: str
) -> None:
    path = reverse(f"analytics:{file}", args=[shop.slug])

    answer = _visitor(shop).get(path, headers={"Accept-Language": language})

    head = answer.content.decode("utf-8-sig").splitlines()[0]
    assert len(head.split(parted)) > 1
    assert len(head.split(",;".replace(parted, ""))) <= 2


def test_the_book_as_a_file_has_the_headings_of_its_reader(shop: Workspace) -> None:
    path = reverse("analytics:lifecycle_export", args=[shop.slug])

    answer = _visitor(shop).get(path, headers={"Accept-Language": "ru"})

    head, first = answer.content.decode("utf-8-sig").splitlines()[:2]
    assert head.startswith("Месяц;Вся база на конец;Новые на конец;Активные на конец;")
    assert head.endswith(";Отток активных;Доля окончательная")
    assert re.search("[a-z_]", head) is None
    assert first.endswith(";да")


def test_a_russian_table_writes_money_after_a_comma(shop: Workspace) -> None:
    path = reverse("analytics:rfm_export", args=[shop.slug])

    russian = _visitor(shop).get(path, headers={"Accept-Language": "ru"}).content.decode()
    english = _visitor(shop).get(path, headers={"Accept-Language": "en"}).content.decode()

    assert re.search(r";\d+,\d\d;", russian)
    assert re.search(r",\d+\.\d\d,", english)


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_a_stranger_sees_no_figures(shop: Workspace, page: str) -> None:
    stranger = _visitor(shops.shop())

    answer = stranger.get(reverse(f"analytics:{page}", args=[shop.slug]))

    assert answer.status_code == 404


def test_a_base_that_never_bought_has_no_fifths() -> None:
    empty = shops.shop()
    shops.people(empty, [1])
    recomputing.recompute(workspace=empty, as_of=date(2024, 4, 20), at=shops.NIGHT)

    page = _visitor(empty).get(reverse("analytics:rfm", args=[empty.slug]))

    assert page.context["snapshot"] is None
    assert "heat" not in page.context


def test_the_rfm_page_shows_every_segment(shop: Workspace) -> None:
    page = _visitor(shop).get(reverse("analytics:rfm", args=[shop.slug]) + "?segment=champions")

    assert page.context["chosen"].key == "champions"
    assert sum(row.totals.customers for row in page.context["rows"]) == 29
    assert sum(cell.count for row in page.context["heat"] for cell in row.cells) == 29


def test_the_book_on_the_page_proves_itself(shop: Workspace) -> None:
    page = _visitor(shop).get(reverse("analytics:lifecycle", args=[shop.slug]))

    assert set(page.context["book"].totals[-1].values) == {0}


def test_an_owner_chooses_the_threshold(shop: Workspace) -> None:
    address = reverse("analytics:threshold", args=[shop.slug])

    answer = _visitor(shop).post(address, {"threshold": "45"})

    shop.refresh_from_db()
    assert answer.status_code == 302
    assert shop.lifecycle_threshold == "45"
    assert Job.objects.within(shop).filter(kind="analytics.recompute").count() == 1
    assert AuditEntry.objects.within(shop).filter(action="choose_threshold").count() == 1


@pytest.mark.parametrize("words", ["", "0", "-3", "p50", "99999", "1e3"])
def test_a_threshold_that_is_none_is_refused(shop: Workspace, words: str) -> None:
    answer = _visitor(shop).post(
        reverse("analytics:threshold", args=[shop.slug]), {"threshold": words}
    )

    shop.refresh_from_db()
    assert answer.status_code == 400
    assert shop.lifecycle_threshold == "median"


def test_an_analyst_may_not_choose_the_threshold(shop: Workspace) -> None:
    answer = _visitor(shop, "analyst").post(
        reverse("analytics:threshold", args=[shop.slug]), {"threshold": "45"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_few_questions(
    shop: Workspace, page: str, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    visitor = _visitor(shop)
    address = reverse(f"analytics:{page}", args=[shop.slug])
    visitor.get(address)

    with django_assert_max_num_queries(15):  # type: ignore[operator]
        visitor.get(address)


def test_the_customer_card_shows_the_state_and_the_cell(shop: Workspace) -> None:
    person = shop_customer(shop)

    page = _visitor(shop).get(reverse("crm:customer", args=[shop.slug, person]))

    assert [part.key for part in page.context["pills"]] == ["state"]
    assert "rfm" in [part.key for part in page.context["aside"]]


def shop_customer(shop: Workspace) -> int:
    """Somebody who has bought."""
    newest = Order.objects.within(shop).order_by("-placed_at").values_list("customer_id")
    return int(newest[0][0])
