"""Times are RFC 3339 and nothing else: with an offset, in a year that may be moved."""

from typing import Any

import pytest

from core.models import Workspace
from crm.models import Order
from tests.api.client import Api

NO_INSTANTS = {
    "a week date": "2026-W47-5T10:00:00Z",
    "no signs between the numbers": "20241120T100000Z",
    "a day of the year": "2024-324T10:00:00Z",
    "a comma before the fraction": "2024-11-20T10:00:00,5Z",
    "a point and no fraction": "2024-11-20T10:00:00.Z",
    "the 24th hour": "2024-11-20T24:00:00Z",
    "the 60th minute": "2024-11-20T10:60:00Z",
    "a leap second": "2016-12-31T23:59:60Z",
    "no offset": "2024-11-20T10:00:00",
    "an offset without a colon": "2024-11-20T10:00:00+0300",
    "an offset with seconds": "2024-11-20T10:00:00+03:00:30",
    "an offset of a day": "2024-11-20T10:00:00+24:00",
    "a name of a zone": "2024-11-20T10:00:00 Europe/Moscow",
    "no seconds": "2024-11-20T10:00Z",
    "no time": "2024-11-20",
    "a space for the T": "2024-11-20 10:00:00Z",
    "another letter for the T": "2024-11-20X10:00:00Z",
    "a space after it": "2024-11-20T10:00:00Z ",
    "a new line after it": "2024-11-20T10:00:00Z\n",
    "the year 0": "0000-01-01T00:00:00Z",
    "the last moment there is, and more": "9999-12-31T23:59:59-23:59",
    "the first moment there is, and less": "0001-01-01T00:00:00+23:59",
    "a day that is none": "2023-02-29T10:00:00Z",
    "digits of another script": "٢٠٢٤-11-20T10:00:00Z",
    "a minus of typesetters": "2024-11-20T10:00:00−03:00",
}
INSTANTS = {
    "in UTC": ("2024-11-20T10:00:00Z", "2024-11-20T10:00:00+00:00"),
    "in small letters": ("2024-11-20t10:00:00z", "2024-11-20T10:00:00+00:00"),
    "east of it": ("2024-11-20T13:00:00+03:00", "2024-11-20T10:00:00+00:00"),
    "with a fraction": ("2024-11-20T10:00:00.5Z", "2024-11-20T10:00:00.500000+00:00"),
    "with nine digits": ("2024-11-20T10:00:00.123456789Z", "2024-11-20T10:00:00.123456+00:00"),
    "from an unknown place": ("2024-11-20T10:00:00-00:00", "2024-11-20T10:00:00+00:00"),
    "on a leap day": ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00+00:00"),
}


def order(written: str, name: str = "o-1") -> dict[str, Any]:
    return {"external_id": name, "placed_at": written, "total": 100}


@pytest.mark.parametrize("written", NO_INSTANTS.values(), ids=NO_INSTANTS)
def test_what_is_no_instant_is_refused_with_how_to_write_one(
    api: Api, shop: Workspace, written: str
) -> None:
    answer = api.once("/api/v1/orders", order(written))

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, "placed_at", "wrong_format")
    assert "RFC 3339" in fault["message"] or "59" in fault["message"]
    assert not Order.objects.within(shop).exists()


@pytest.mark.parametrize("written", NO_INSTANTS.values(), ids=NO_INSTANTS)
def test_in_a_list_it_is_named_with_its_place(api: Api, written: str) -> None:
    sent = {"orders": [order("2024-11-20T10:00:00Z"), order(written, "o-2")]}

    answer = api.once("/api/v1/orders/batch", sent)

    assert answer.status_code == 400
    assert answer.json()["fields"][0]["field"] == "orders.1.placed_at"


def test_a_leap_second_is_told_apart(api: Api) -> None:
    answer = api.once("/api/v1/orders", order("2016-12-31T23:59:60Z"), Accept_Language="en").json()

    assert answer["fields"][0]["message"] == "Leap seconds are not kept: write second 59."


@pytest.mark.parametrize(("written", "meant"), INSTANTS.values(), ids=INSTANTS)
def test_an_instant_is_taken_as_it_was_meant(api: Api, written: str, meant: str) -> None:
    pk = api.once("/api/v1/orders", order(written)).json()["id"]

    assert api.get(f"/api/v1/orders/{pk}").json()["placed_at"] == meant


@pytest.mark.parametrize("written", ["0002-01-01T00:00:00+14:00", "9998-12-31T23:59:59-12:00"])
def test_years_that_can_be_moved_are_refused_for_what_they_are(api: Api, written: str) -> None:
    answer = api.once("/api/v1/orders", order(written))

    assert (answer.status_code, answer.json()["code"]) == (422, "impossible_time")
