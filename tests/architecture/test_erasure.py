"""Every table that says something about a customer names what erasure does to it."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from core.erasure import Deed, declarations
from crm.models import Customer
from tests.architecture.sources import APPS

# Not customers: people who work with the product are not erased by this.
STAFF_ONLY = {"core"}


def personal_models() -> list[type[Model]]:
    """The customer, and every table that points to one."""
    ours = [m for m in apps.get_models() if m._meta.app_label in APPS]
    return [m for m in ours if m._meta.label == "crm.Customer" or _points_to_customer(m)]


def _points_to_customer(model: type[Model]) -> bool:
    return any(
        isinstance(field, ForeignKey) and field.related_model is Customer
        for field in model._meta.get_fields()
    )


@pytest.mark.parametrize("model", personal_models(), ids=lambda m: m._meta.label)
def test_a_table_about_a_person_says_what_erasure_does_to_it(model: type[Model]) -> None:
    assert model in declarations(), f"declare {model._meta.label} in its app's erasure.py"


def test_what_is_kept_says_why() -> None:
    kept = [d for d in declarations().values() if d.deed is Deed.KEEP]

    assert [d.model._meta.label for d in kept if not d.reason] == []


def test_what_is_anonymised_names_fields_that_exist() -> None:
    emptied = [d for d in declarations().values() if d.deed is Deed.ANONYMISE]
    unknown = [
        (d.model._meta.label, name)
        for d in emptied
        for name in d.fields
        if name not in {field.name for field in d.model._meta.get_fields()}
    ]

    assert unknown == []
    assert all(d.fields for d in emptied)
