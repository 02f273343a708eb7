"""Customers through the API: upsert, find by any identity, change, batch, consents, segments."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection

from analytics.models import CustomerStats, Snapshot
from core.models import Event, Workspace
from crm.models import Customer, Identity
from tests import build, build_crm, build_loyalty
from tests.api.client import Api

ANNA = {
    "external_id": "c-1",
    "email": "Anna@Example.org",
    "phone": "8 (916) 123-45-67",
    "card": "1001",
    "first_name": "Anna",
    "birth_date": "1990-02-28",
    "custom": {"shoe_size": 38, "vip": True},
}


def test_a_new_customer_is_201_and_is_read_at_once(api: Api) -> None:
    answer = api.post("/api/v1/customers", ANNA)

    assert (answer.status_code, answer.json()["outcome"]) == (201, "created")
    read = api.get(f"/api/v1/customers/{answer.json()['id']}")
    assert read.json()["first_name"] == "Anna"
    assert {(one["kind"], one["value"]) for one in read.json()["identities"]} == {
        ("external", "c-1"), ("email", "anna@example.org"), ("phone", "+79161234567"),
        ("card", "1001"),
    }  # fmt: skip


def test_the_same_customer_again_is_unchanged(api: Api, shop: Workspace) -> None:
    first = api.post("/api/v1/customers", ANNA).json()
    again = api.post("/api/v1/customers", ANNA)

    assert (again.status_code, again.json()) == (200, first | {"outcome": "unchanged"})
    assert Customer.objects.within(shop).count() == 1


def test_a_changed_customer_is_updated_and_the_rest_stays(api: Api) -> None:
    pk = api.post("/api/v1/customers", ANNA).json()["id"]

    answer = api.post("/api/v1/customers", {"external_id": "c-1", "city": "Kazan"})

    assert (answer.status_code, answer.json()["outcome"]) == (200, "updated")
    read = api.get(f"/api/v1/customers/{pk}").json()
    assert (read["city"], read["first_name"], read["custom"]) == (
        "Kazan", "Anna", {"shoe_size": 38, "vip": True},
    )  # fmt: skip


def test_an_identity_of_somebody_else_is_refused(api: Api, shop: Workspace) -> None:
    api.post("/api/v1/customers", ANNA)
    answer = api.post("/api/v1/customers", {"external_id": "c-2", "card": "1001"})

    assert (answer.status_code, answer.json()["code"]) == (409, "identity_taken")
    assert Customer.objects.within(shop).count() == 1


@pytest.mark.parametrize(
    "query", ["external_id=c-1", "phone=%2B7%20916%20123%2045%2067", "phone=89161234567",
              "email=ANNA@example.org", "card=1001", "card=1001&phone=89161234567"],
)  # fmt: skip
def test_a_customer_is_found_by_any_identity_in_any_form(api: Api, query: str) -> None:
    pk = api.post("/api/v1/customers", ANNA).json()["id"]
    api.post("/api/v1/customers", {"external_id": "c-2"})

    found = api.get(f"/api/v1/customers?{query}").json()["items"]

    assert [one["id"] for one in found] == [pk]


def test_nobody_is_found_by_an_identity_of_another_workspace(api: Api, shop: Workspace) -> None:
    Api.of(build.workspace()).post("/api/v1/customers", ANNA)

    assert api.get("/api/v1/customers?card=1001").json()["items"] == []


def test_a_list_of_customers_takes_a_constant_number_of_queries(
    api: Api, shop: Workspace, django_assert_max_num_queries: Any
) -> None:
    api.post("/api/v1/customers/batch", {"customers": [{"external_id": f"c-{n}", "card": str(n)}
                                                       for n in range(60)]})  # fmt: skip

    with django_assert_max_num_queries(4):
        page = api.get("/api/v1/customers?limit=60").json()

    assert len(page["items"]) == 60


def test_a_change_says_the_new_version(api: Api) -> None:
    pk = api.post("/api/v1/customers", ANNA).json()["id"]
    before = api.get(f"/api/v1/customers/{pk}").json()["version"]

    answer = api.patch(f"/api/v1/customers/{pk}", {"birth_date": None, "city": "Omsk"},
                       If_Match=before)  # fmt: skip

    assert answer.status_code == 200
    assert (answer.json()["city"], answer.json()["birth_date"]) == ("Omsk", None)
    assert answer.json()["version"] != before


def test_of_two_changes_of_one_reading_the_second_is_412(api: Api) -> None:
    pk = api.post("/api/v1/customers", ANNA).json()["id"]
    version = api.get(f"/api/v1/customers/{pk}").json()["version"]

    first = api.patch(f"/api/v1/customers/{pk}", {"city": "Omsk"}, If_Match=version)
    second = api.patch(f"/api/v1/customers/{pk}", {"city": "Tver"}, If_Match=version)

    assert (first.status_code, second.status_code) == (200, 412)
    assert api.get(f"/api/v1/customers/{pk}").json()["city"] == "Omsk"


def race(token: str, pk: int, headers: list[dict[str, str]]) -> list[int]:
    """The statuses of changes sent at the same time, each over a connection of its own."""

    def change(number: int) -> int:
        try:
            body = {"city": f"City {number}"}
            return Api(token).patch(f"/api/v1/customers/{pk}", body, **headers[number]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return sorted(pool.map(change, range(len(headers))))


@pytest.mark.django_db(transaction=True)
def test_of_fifty_changes_of_one_reading_one_wins() -> None:
    shop = build.workspace()
    api = Api.of(shop)
    pk = api.post("/api/v1/customers", ANNA).json()["id"]
    version = api.get(f"/api/v1/customers/{pk}").json()["version"]

    statuses = race(api.token, pk, [{"If_Match": version}] * 50)

    assert statuses == [200] + [412] * 49


@pytest.mark.django_db(transaction=True)
def test_without_a_version_every_change_is_written() -> None:
    shop = build.workspace()
    api = Api.of(shop)
    pk = api.post("/api/v1/customers", ANNA).json()["id"]

    assert race(api.token, pk, [{}] * 20) == [200] * 20


def test_a_batch_says_what_became_of_each(api: Api, shop: Workspace) -> None:
    api.post("/api/v1/customers", ANNA)
    customers = [
        {"external_id": "c-1"},
        {"external_id": "c-2", "city": "Perm"},
        {"external_id": "c-3", "phone": "nonsense"},
        {"external_id": "c-4", "card": "1001"},
        {"external_id": "c-1", "city": "Omsk"},
    ]

    answer = api.post("/api/v1/customers/batch", {"customers": customers}).json()

    assert [one["outcome"] for one in answer["results"]] == [
        "unchanged", "created", "rejected", "rejected", "rejected",
    ]  # fmt: skip
    assert (answer["created"], answer["rejected"]) == (1, 3)
    assert [one.get("field") for one in answer["results"][2:]] == ["phone", "card", "external_id"]


def test_a_batch_of_1000_takes_a_constant_number_of_queries(
    api: Api, shop: Workspace, django_assert_max_num_queries: Any
) -> None:
    customers = [{"external_id": f"c-{n}", "card": f"{n}"} for n in range(1_000)]

    with django_assert_max_num_queries(20):
        answer = api.post("/api/v1/customers/batch", {"customers": customers})

    assert answer.json()["created"] == 1_000
    assert Identity.objects.within(shop).count() == 2_000


def test_a_batch_of_1001_is_refused(api: Api, shop: Workspace) -> None:
    customers = [{"external_id": f"c-{n}"} for n in range(1_001)]

    answer = api.post("/api/v1/customers/batch", {"customers": customers})

    assert (answer.status_code, answer.json()["fields"][0]["code"]) == (400, "too_many")
    assert Customer.objects.within(shop).count() == 0


def test_a_consent_is_given_withdrawn_and_told(api: Api, shop: Workspace) -> None:
    pk = build_loyalty.customer(shop).pk
    said = {"channel": "email", "state": "granted", "stated_at": "2024-03-01T12:00:00+03:00"}

    given = api.post(f"/api/v1/customers/{pk}/consents", said)
    again = api.post(f"/api/v1/customers/{pk}/consents", said)
    taken = api.post(
        f"/api/v1/customers/{pk}/consents",
        said | {"state": "withdrawn", "stated_at": "2024-04-01T12:00:00Z"},
    )

    assert [answer.status_code for answer in (given, again, taken)] == [201, 200, 201]
    items = api.get(f"/api/v1/customers/{pk}/consents").json()["items"]
    assert [(one["channel"], one["state"]) for one in items] == [("email", "withdrawn")]
    assert Event.objects.within(shop).filter(name="crm.consent_withdrawn").count() == 1


def test_a_withdrawn_consent_is_not_given_back_without_a_proof(api: Api, shop: Workspace) -> None:
    pk = build_loyalty.customer(shop).pk
    said = {"channel": "email", "state": "withdrawn", "stated_at": "2024-03-01T12:00:00Z"}
    api.post(f"/api/v1/customers/{pk}/consents", said)

    answer = api.post(
        f"/api/v1/customers/{pk}/consents",
        said | {"state": "granted", "stated_at": "2024-04-01T12:00:00Z"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "consent_kept_withdrawn")


def test_segments_are_unknown_before_the_first_computation(api: Api, shop: Workspace) -> None:
    pk = build_loyalty.customer(shop).pk

    answer = api.get(f"/api/v1/customers/{pk}/segments")

    assert answer.json() == {"as_of": None, "rfm": None, "lifecycle": None}


def test_segments_follow_the_published_snapshot(api: Api, shop: Workspace) -> None:
    anna = build_loyalty.customer(shop)
    snapshot = Snapshot.unscoped.create(
        workspace=shop, as_of=date(2024, 3, 1), method="rank", threshold_name="median",
        threshold_days=28, published_at=build.NOON,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE test_stats_{snapshot.pk} PARTITION OF analytics_customerstats"
            f" FOR VALUES IN ({snapshot.pk})"
        )
    Snapshot.unscoped.filter(pk=snapshot.pk).update(generation=snapshot.pk)
    CustomerStats.unscoped.create(
        workspace=shop, generation=snapshot.pk, customer=anna, orders=3, revenue=90_000,
        last_order_on=date(2024, 2, 28), r=5, f=4, m=3, segment="champions", state="active",
        is_reactivated=True,
    )  # fmt: skip

    answer = api.get(f"/api/v1/customers/{anna.pk}/segments")

    assert answer.json() == {
        "as_of": "2024-03-01",
        "rfm": {"segment": "champions", "r": 5, "f": 4, "m": 3},
        "lifecycle": {"state": "active", "is_reactivated": True},
    }
    assert b"90000" not in answer.content


@pytest.mark.parametrize(
    "asked", ["phone=345-67-89", "phone=6789", "phone=89123456789", "card=ab22000417",
              "card=AB%202200%200417", "card=ab22000417&phone=6789"],
)  # fmt: skip
def test_people_are_found_by_the_end_of_a_phone_and_by_a_card_however_written(
    api: Api, shop: Workspace, asked: str
) -> None:
    anna = build_crm.customer(shop, phone="+79123456789", card="AB 2200 0417")
    build_crm.identity(anna, "phone", "+79990006789")
    build_crm.customer(shop, phone="+79123456780", card="AB 2200 0418")
    build_crm.customer(build.workspace(), phone="+79123456789", card="AB 2200 0417")

    found = api.get(f"/api/v1/customers?{asked}").json()["items"]

    assert [one["id"] for one in found] == [anna.pk]


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("*", 200), ('"{0}"', 200), ("{0}", 200), ('"other", "{0}"', 200), ("", 200),
     ('"other"', 412), ('W/"{0}"', 412), ('"other", "*"', 412)],
)  # fmt: skip
def test_if_match_names_any_version_or_a_list_of_them(
    api: Api, shop: Workspace, wanted: str, status: int
) -> None:
    address = f"/api/v1/customers/{build_crm.customer(shop).pk}"
    version = api.get(address).json()["version"]

    answer = api.patch(address, {"city": "Omsk"}, If_Match=wanted.format(version))

    assert answer.status_code == status
