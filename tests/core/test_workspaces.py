"""What a workspace may say of itself: a zone, a currency and a phone region that there are."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.models import Workspace
from tests import build

GOOD = {"timezone": "Asia/Omsk", "currency": "KZT", "phone_region": "KZ", "locale": "ru",
        "lifecycle_threshold": "median", "name": "Shop", "slug": "tea"}  # fmt: skip
BAD = [
    ("timezone", "Mars/Olympus"), ("timezone", "localtime"), ("timezone", "../etc/passwd"),
    ("currency", "руб"), ("currency", "rub"), ("currency", "$"),
    ("phone_region", "ZZ"), ("phone_region", "ru"), ("phone_region", "7"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_workspace_names_what_it_has_wrong(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Workspace(**GOOD | {field: value}).full_clean()

    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
def test_a_workspace_of_known_zone_currency_and_region_is_taken() -> None:
    Workspace(**GOOD).full_clean()
    Workspace(name="By default", slug="plain").full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value"), [*BAD, ("timezone", "")])
def test_the_admin_refuses_at_the_field(client: Client, field: str, value: str) -> None:
    client.force_login(build.superuser())

    answer = client.post(reverse("admin:core_workspace_add"), GOOD | {field: value})

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_the_admin_takes_a_workspace_that_is_right(client: Client) -> None:
    client.force_login(build.superuser())

    answer = client.post(reverse("admin:core_workspace_add"), GOOD)

    assert (answer.status_code, Workspace.objects.get().timezone) == (302, "Asia/Omsk")
