"""What a customer's own fields may hold: the same rule for one, for a change and for a list."""

from datetime import date
from typing import Any

import pytest

from core.models import Workspace
from crm.models import Customer
from tests.api.client import Answered, Api


def sent(api: Api, way: str, **fields: Any) -> Answered:
    """The answer to fields sent as a new customer, as a change, or as a list of one."""
    if way == "post":
        return api.post("/api/v1/customers", {"external_id": "c-1", **fields})
    if way == "batch":
        body = {"customers": [{"external_id": "c-1", **fields}]}
        return api.post("/api/v1/customers/batch", body)
    pk = api.post("/api/v1/customers", {"external_id": "c-1"}).json()["id"]
    return api.patch(f"/api/v1/customers/{pk}", fields)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Moscow", "europe/moscow", "localtime", "+03:00"])
@pytest.mark.parametrize(
    ("way", "field"),
    [("post", "timezone"), ("patch", "timezone"), ("batch", "customers.0.timezone")],
)
def test_a_zone_nobody_lives_in_is_refused(
    api: Api, shop: Workspace, way: str, field: str, zone: str
) -> None:
    answer = sent(api, way, timezone=zone)

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, field, "wrong_format")
    assert not Customer.objects.within(shop).exclude(timezone="").exists()


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "UTC", "America/Argentina/Buenos_Aires", ""])
@pytest.mark.parametrize("way", ["post", "patch", "batch"])
def test_a_zone_of_the_map_is_taken_and_so_is_none(
    api: Api, shop: Workspace, way: str, zone: str
) -> None:
    answer = sent(api, way, timezone=zone)

    assert answer.status_code in {200, 201}
    assert Customer.objects.within(shop).get().timezone == zone


BORN = [("3000-01-01", "date_in_future"), ("0001-01-01", "date"), ("1900-01-01", "date")]


@pytest.mark.parametrize(("born", "code"), BORN)
@pytest.mark.parametrize("way", ["post", "patch"])
def test_nobody_is_born_in_the_future_or_before_anybody_alive(
    api: Api, shop: Workspace, way: str, born: str, code: str
) -> None:
    answer = sent(api, way, birth_date=born)

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, "birth_date", code)
    assert fault["message"] != code
    assert not Customer.objects.within(shop).exclude(birth_date=None).exists()


@pytest.mark.parametrize(("born", "code"), BORN)
def test_of_a_list_only_the_one_with_a_day_that_cannot_be_is_rejected(
    api: Api, born: str, code: str
) -> None:
    people = [{"external_id": "c-1", "birth_date": born},
              {"external_id": "c-2", "birth_date": "1990-02-28"}]  # fmt: skip

    said = api.post("/api/v1/customers/batch", {"customers": people}).json()["results"]

    assert [one["outcome"] for one in said] == ["rejected", "created"]
    assert (said[0]["field"], said[0]["code"]) == ("birth_date", code)


@pytest.mark.parametrize("born", ["1900-01-02", "2020-02-29"])
@pytest.mark.parametrize("way", ["post", "patch", "batch"])
def test_a_day_somebody_alive_was_born_on_is_taken(
    api: Api, shop: Workspace, way: str, born: str
) -> None:
    answer = sent(api, way, birth_date=born)

    assert answer.status_code in {200, 201}
    assert Customer.objects.within(shop).get().birth_date == date.fromisoformat(born)


@pytest.mark.parametrize("way", ["post", "patch", "batch"])
def test_a_custom_text_is_kept_as_it_is_seen(api: Api, shop: Workspace, way: str) -> None:
    sent(api, way, custom={"dog": "R\u202eex\u200b\x07", "custom": "a\nb", "size": 38})

    kept = Customer.objects.within(shop).get().custom
    assert kept == {"dog": "Rex", "custom": "a b", "size": 38}


@pytest.mark.parametrize("way", ["post", "patch", "batch"])
def test_custom_fields_are_joined_to_those_there_are(api: Api, shop: Workspace, way: str) -> None:
    sent(api, "post", custom={"dog": "Rex", "size": 38, "vip": True})

    sent(api, way, custom={"size": 39, "vip": None})

    assert Customer.objects.within(shop).get().custom == {"dog": "Rex", "size": 39}


@pytest.mark.parametrize(
    ("field", "second"),
    [
        ("email", {"external_id": "c-2", "email": "ANNA@mail.ru"}),
        ("card", {"external_id": "c-2", "card": "77"}),
        ("external_id", {"external_id": "c-1", "email": "anna@mail.ru"}),
    ],
)
def test_what_repeats_in_a_list_is_named(api: Api, field: str, second: dict[str, Any]) -> None:
    first = {"external_id": "c-1", "email": "anna@mail.ru", "card": "77"}

    said = api.post("/api/v1/customers/batch", {"customers": [first, second]}).json()["results"][1]

    assert (said["code"], said["field"]) == ("repeated_in_batch", field)


def test_a_custom_name_that_cannot_be_is_the_field_that_is_named(api: Api) -> None:
    answer = api.post("/api/v1/customers", {"external_id": "c-1", "custom": {"dog": 1, "Hat!": 2}})

    assert [(one["field"], one["code"]) for one in answer.json()["fields"]] == [
        ("custom.Hat!", "wrong_format")
    ]
