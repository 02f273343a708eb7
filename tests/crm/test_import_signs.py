"""Signs that nobody sees, in files: ids with one refuse their row, names are left without."""

from pathlib import Path

import pytest

from crm.models import Customer, ImportRejection, Product
from crm.models.imports import Import
from tests import build, build_crm

pytestmark = pytest.mark.django_db
ORDERS = "order_id,customer_id,date,sku,product_name,quantity,unit_price\n"
GOOD = {"order": "1", "customer": "7", "sku": "tea"}


def refused(of_import: Import) -> list[tuple[str, str]]:
    rows = ImportRejection.objects.within(of_import.workspace_id).filter(of_import=of_import)
    return list(rows.values_list("column", "code"))


def test_names_are_kept_as_they_are_seen(tmp_path: Path) -> None:
    scope = build.scope()
    text = "customer_id,first_name,last_name,city\n7,\u202eAn\u200bna,\u200b,Om\x07sk\n"

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, text), "customers")

    person = Customer.objects.within(scope).get()
    assert (person.first_name, person.last_name, person.city) == ("Anna", "", "Omsk")
    assert refused(found) == []


@pytest.mark.parametrize("column", ["customer_id", "card"])
def test_an_id_of_a_person_with_one_is_refused(column: str, tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(tmp_path, f"{column},city\n7\u200b1,Omsk\n8,Omsk\n")

    found = build_crm.loaded(scope, path, "customers")

    assert [code for _, code in refused(found)] == ["hidden_sign"]
    assert Customer.objects.within(scope).count() == 1


@pytest.mark.parametrize("odd", GOOD)
def test_an_id_of_an_order_a_buyer_or_a_product_with_one_is_refused(
    odd: str, tmp_path: Path
) -> None:
    scope, cells = build.scope(), GOOD | {odd: f"{GOOD[odd]}\u202e9"}
    row = f"{cells['order']},{cells['customer']},2024-03-01,{cells['sku']},Tea,1,5.00\n"
    path = build_crm.text_file(tmp_path, ORDERS + row)

    found = build_crm.loaded(scope, path, "lines")

    assert [code for _, code in refused(found)] == ["hidden_sign"]


def test_a_products_title_is_kept_as_it_is_seen(tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(
        tmp_path, ORDERS + "1,7,2024-03-01,tea,\u2066Te\ufeffa\u2069,1,5.00\n"
    )

    build_crm.loaded(scope, path, "lines")

    assert Product.objects.within(scope).get().name == "Tea"
