"""What a customer's own fields may hold: the same rule for one, for a change and for a list."""

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
