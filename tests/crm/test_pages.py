"""The pages of the customer base: list, card, wizard; few queries, formulas disarmed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry, Workspace
from core.services import jobs
from crm.models import ConsentState, Import
from tests import build, build_crm

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(currency="GBP", timezone="Europe/London")


@pytest.fixture
def client_of(shop: Workspace, client: Client) -> Client:
    client.force_login(build.member(shop), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(shop: Workspace, rest: str) -> str:
    return f"/{shop.slug}/{rest}"


def names_on(client: Client, url: str) -> list[str]:
    answer: Any = client.get(url)
    return [row.name for row in answer.context["rows"]]


@pytest.mark.parametrize(
    "text",
    ["8 (903) 123-45-67", "+79031234567", "9031234567", "anna@mail.ru", "ANNA@mail.ru", "anna@m",
     "анна", "петрова АННА", "2200 0417", "c-17"],
)  # fmt: skip
def test_a_customer_is_found_by_whatever_people_type(
    client_of: Client, shop: Workspace, text: str
) -> None:
    build_crm.customer(
        shop, first_name="Анна", last_name="Петрова", phone="+79031234567",
        email="anna@mail.ru", card="2200 0417", external_id="c-17",
    )  # fmt: skip
    build_crm.customer(shop, first_name="Борис", phone="+79031234568", email="boris@mail.ru")

    assert names_on(client_of, address(shop, f"customers/?q={text.replace('+', '%2B')}")) == [
        "Анна Петрова"
    ]


def test_the_list_and_the_card_stay_within_their_queries(
    client_of: Client, shop: Workspace
) -> None:
    for number in range(60):
        person = build_crm.customer(shop, first_name=f"N{number}", email=f"n{number}@mail.ru")
        build_crm.line(build_crm.order(shop, by=person))

    with CaptureQueriesContext(
        connection,
    ) as of_list:
        client_of.get(address(shop, "customers/"))
    with CaptureQueriesContext(connection) as of_card:
        client_of.get(address(shop, f"customers/{person.pk}/"))

    assert len(of_list) <= MOST_QUERIES
    assert len(of_card) <= MOST_QUERIES


def test_the_card_says_what_how_long_ago_problems_and_where_to_write(
    client_of: Client, shop: Workspace
) -> None:
    person = build_crm.customer(shop, first_name="Anna", email="anna@mail.ru")
    build_crm.line(build_crm.order(shop, by=person, total=1000), sku="TEA")

    answer = client_of.get(address(shop, f"customers/{person.pk}/"))

    text = answer.content.decode()
    assert "TEA" in text
    assert "10,00\u00a0£" in text
    assert "anna@mail.ru" in text


@pytest.mark.parametrize("tab", ["orders", "consents", "audit"])
def test_every_tab_of_the_card_opens(client_of: Client, shop: Workspace, tab: str) -> None:
    person = build_crm.customer(shop, email="anna@mail.ru")

    assert client_of.get(address(shop, f"customers/{person.pk}/{tab}/")).status_code == 200


def test_a_tab_that_is_none_is_not_found(client_of: Client, shop: Workspace) -> None:
    person = build_crm.customer(shop)

    assert client_of.get(address(shop, f"customers/{person.pk}/secrets/")).status_code == 404


def test_a_withdrawal_recorded_by_the_team_stands_until_there_is_proof(
    client_of: Client, shop: Workspace
) -> None:
    person = build_crm.customer(shop, email="anna@mail.ru")
    url = address(shop, f"customers/{person.pk}/consent/")
    client_of.post(url, {"channel": "email", "state": "granted", "proof": "form 12"})
    client_of.post(url, {"channel": "email", "state": "withdrawn"})

    refused = client_of.post(url, {"channel": "email", "state": "granted", "proof": ""})

    assert refused.status_code == 409
    assert ConsentState.objects.within(shop).get(customer=person).state == "withdrawn"


def test_an_export_disarms_formulas_and_is_written_down(client_of: Client, shop: Workspace) -> None:
    build_crm.customer(shop, first_name="=cmd|'/c calc'!A1", phone="+79031234567")

    answer = client_of.get(address(shop, "customers/export/"))

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=cmd|" in text
    assert "'+79031234567" in text
    assert AuditEntry.objects.within(shop).filter(action="exported").count() == 1


def test_the_wizard_goes_from_file_to_result(
    client_of: Client, shop: Workspace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.CELERY_BROKER_URL = ""
    text = "customer,date,amount\n1,2024-01-01,10\n2,2024-01-32,20\n=1,2024-01-02,x\n"
    upload = SimpleUploadedFile("orders.csv", text.encode())

    uploaded = client_of.post(address(shop, "imports/new/"), {"file": upload})
    found = Import.objects.within(shop).get()
    page = client_of.get(uploaded["Location"])
    form = {f"column_{place}": name for place, name in enumerate(("customer", "date", "amount"))}
    client_of.post(
        address(shop, f"imports/{found.pk}/columns/"),
        {**form, "kind": "orders", "dates": "ymd", "decimal": "."},
    )
    waiting = client_of.get(uploaded["Location"])
    jobs.run_due()
    checked = client_of.get(uploaded["Location"])
    client_of.post(address(shop, f"imports/{found.pk}/load/"))
    jobs.run_due()
    result = client_of.get(uploaded["Location"])
    errors = client_of.get(address(shop, f"imports/{found.pk}/errors/"))

    found.refresh_from_db()
    statuses = [a.status_code for a in (page, waiting, checked, result)]
    assert statuses == [200, 200, 200, 200]
    assert (found.state, found.created, found.rejected) == ("loaded", 1, 2)
    assert "2024-01-32" in checked.content.decode()
    assert b"".join(errors.streaming_content).decode().count("\n") == 3  # type: ignore[attr-defined]


def test_consents_without_a_basis_are_asked_for_on_the_form_and_fail_nothing(
    client_of: Client, shop: Workspace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("people.csv", b"phone,consent_sms\n89172048812,yes\n")
    client_of.post(address(shop, "imports/new/"), {"file": upload, "kind": "customers"})
    found = Import.objects.within(shop).get()
    form = {"column_0": "phone", "column_1": "consent_sms", "kind": "customers"}
    url = address(shop, f"imports/{found.pk}/columns/")

    refused = client_of.post(url, form)
    found.refresh_from_db()
    state = found.state
    taken = client_of.post(url, {**form, "legal_basis": "club form, 2024"})

    assert (refused.status_code, state) == (422, "uploaded")
    assert list(refused.context["form"].errors) == ["legal_basis"]
    assert taken.status_code == 302


def test_consents_are_left_out_when_orders_turn_out_to_be_people(
    client_of: Client, shop: Workspace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("people.csv", b"phone,consent_sms\n89172048812,yes\n")
    client_of.post(address(shop, "imports/new/"), {"file": upload, "kind": "orders"})
    found = Import.objects.within(shop).get()

    answer = client_of.post(address(shop, f"imports/{found.pk}/columns/"), {"kind": "customers"})

    found.refresh_from_db()
    assert (answer.status_code, found.mapping) == (302, {"phone": "phone"})


def test_what_a_file_does_not_tell_is_said_beside_its_columns(
    client_of: Client, shop: Workspace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("a.csv", b"customer,date,amount\n1,03/04/2024,12.345\n")

    uploaded = client_of.post(address(shop, "imports/new/"), {"file": upload})
    page = client_of.get(uploaded["Location"])

    assert page.context["remarks"] == [
        "По файлу не отличить тысячи от дробей: 12.345 читаем как 12345.",
        "По файлу не отличить день от месяца: 03/04/2024 читаем как 2024-04-03.",
    ]


def test_a_bad_file_is_refused_on_the_page_with_a_sentence(
    client_of: Client, shop: Workspace, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("orders.csv", b"%PDF-1.7")

    answer = client_of.post(address(shop, "imports/new/"), {"file": upload})

    assert answer.status_code == 422


def test_an_analyst_sees_imports_but_loads_none(client: Client, shop: Workspace) -> None:
    analyst = build.member(shop, "analyst")
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(address(shop, "imports/")).status_code == 200
    assert client.get(address(shop, "imports/new/")).status_code == 403


def test_the_refused_rows_are_taken_by_who_may_take_people_and_it_is_written_down(
    client_of: Client, shop: Workspace
) -> None:
    found = build_crm.waiting_import(shop)
    url = address(shop, f"imports/{found.pk}/errors/")
    analyst = Client()
    analyst.force_login(build.member(shop, "analyst"))

    taken, refused = client_of.get(url), analyst.get(url)

    lines = b"".join(taken.streaming_content).decode()  # type: ignore[attr-defined]
    assert (taken.status_code, refused.status_code) == (200, 403)
    assert lines.splitlines()[0].count(";") == 4
    assert AuditEntry.objects.within(shop).get(action="exported").after["what"] == "refused_rows"


def test_another_workspaces_customer_and_import_are_not_found(
    client_of: Client, shop: Workspace
) -> None:
    stranger = build.workspace()
    person = build_crm.customer(stranger, first_name="Secret")
    theirs = Import.unscoped.create(workspace=stranger, kind="orders", file_name="x", path="x",
                                    sha256="", size=0)  # fmt: skip

    assert client_of.get(address(shop, f"customers/{person.pk}/")).status_code == 404
    assert client_of.get(address(shop, f"imports/{theirs.pk}/")).status_code == 404
    assert client_of.get(address(shop, f"imports/{theirs.pk}/errors/")).status_code == 404


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Moscow", "1\xa0November\xa02024"), ("UTC", "31\xa0October\xa02024")],
)
def test_a_customer_is_known_since_a_day_of_the_shop(client: Client, zone: str, day: str) -> None:
    shop = build.workspace(locale="en", timezone=zone)
    client.force_login(build.member(shop), backend="django.contrib.auth.backends.ModelBackend")
    half_past_midnight = datetime(2024, 10, 31, 21, 30, tzinfo=UTC)
    anna = build_crm.customer(shop, first_name="Anna", registered_at=half_past_midnight)

    pages = [
        client.get(address(shop, page), headers={"Accept-Language": "en"}).content.decode()
        for page in ("customers/", f"customers/{anna.pk}/")
    ]

    assert [day in page for page in pages] == [True, True]
