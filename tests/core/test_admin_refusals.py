"""The admin writes no more than the product does: what services refuse is refused here too."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client

from campaigns.models import Campaign, CampaignStep, Channel, Template
from core.admin import ReadOnlyAdmin
from core.models import ApiKey, Membership, User, Workspace
from crm.models import Product
from loyalty.models import Program, Tier
from tests import build, build_campaigns, build_loyalty
from tests.core.admin_pages import errors, url

ON_THEIR_SCREENS = (Template, Campaign, CampaignStep, Program, ApiKey)
DELETED_HERE = {Membership, User, Tier}
EDITED = [
    model
    for model, options in admin.site._registry.items()
    if not isinstance(options, ReadOnlyAdmin) and model not in {User, Workspace}
]


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(build.superuser())
    return client


@pytest.fixture
def shop(db: None) -> Workspace:
    return build.workspace()


def asked_by(person: User) -> HttpRequest:
    request = HttpRequest()
    request.user = person
    return request


@pytest.mark.parametrize("model", ON_THEIR_SCREENS)
def test_what_has_its_own_screen_is_looked_at(model: type[Model]) -> None:
    options = admin.site._registry[model]

    assert isinstance(options, ReadOnlyAdmin)
    assert str(options.note) != str(ReadOnlyAdmin.note)


def test_a_text_that_would_tell_secrets_is_not_saved(root: Client, shop: Workspace) -> None:
    template = build_campaigns.template(shop)

    answer = root.post(url(template, "change"), {"subject": "{{ settings.SECRET_KEY }}"})

    assert answer.status_code == 403
    assert "SECRET_KEY" not in Template.unscoped.get(pk=template.pk).subject


def test_the_list_and_the_row_say_where_they_are_edited(root: Client, shop: Workspace) -> None:
    template = build_campaigns.template(shop)
    options = admin.site._registry[Template]
    assert isinstance(options, ReadOnlyAdmin)
    note = str(options.note)

    pages = [root.get(url(row, verb)) for row, verb in
             ((Template, "changelist"), (template, "change"))]  # fmt: skip

    assert [note in page.content.decode() for page in pages] == [True, True]


def test_a_row_stays_in_its_workspace(root: Client, shop: Workspace) -> None:
    product = Product.unscoped.create(workspace=shop, sku="tea")
    form = {"workspace": build.workspace().pk, "sku": "tea", "name": "Tea"}

    root.post(url(product, "change"), form)

    product.refresh_from_db()
    assert (product.workspace, product.name) == (shop, "Tea")


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model._meta.label)
def test_a_workspace_is_asked_for_once(model: type[Model], db: None) -> None:
    request, options = asked_by(build.superuser()), admin.site._registry[model]

    asked = [options.get_form(request, row).base_fields for row in (None, model(pk=1))]

    assert ["workspace" in fields for fields in asked] == [True, False]


def test_a_code_is_not_taken_twice(root: Client, shop: Workspace) -> None:
    Product.unscoped.create(workspace=shop, sku="tea")
    coffee = Product.unscoped.create(workspace=shop, sku="coffee")

    answer = root.post(url(coffee, "change"), {"sku": "tea"})

    assert answer.status_code == 200
    assert errors(answer)


def test_a_level_belongs_to_a_programme_of_its_workspace(root: Client, shop: Workspace) -> None:
    theirs = build_loyalty.program(build.workspace())
    form = {"workspace": shop.pk, "program": theirs.pk, "name": "Gold", "threshold": 9}

    answer = root.post(url(Tier, "add"), form)

    assert set(errors(answer)) == {"program"}


def test_a_level_of_the_own_programme_is_saved_and_deleted(root: Client, shop: Workspace) -> None:
    mine = build_loyalty.program(shop)
    form = {"workspace": shop.pk, "program": mine.pk, "name": "Gold", "threshold": 9}

    root.post(url(Tier, "add"), form)
    made = Tier.objects.within(shop).get(name="Gold")
    root.post(url(made, "delete"), {"post": "yes"})

    assert not Tier.objects.within(shop).filter(name="Gold").exists()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("adapter", {"adapter": "nope"}),
        ("config", {"config": '{"link": "https://sms.example"}'}),
        ("config", {"config": "[]"}),
        ("kind", {"kind": "pigeon"}),
    ],
)
def test_a_channel_that_cannot_send_is_not_saved(
    root: Client, shop: Workspace, field: str, given: dict[str, str]
) -> None:
    answer = root.post(url(Channel, "add"), channel_form(shop) | given)

    assert field in errors(answer)
    assert not Channel.objects.within(shop).exists()


def channel_form(shop: Workspace) -> dict[str, Any]:
    config = '{"url": "https://sms.example", "test_addresses": []}'
    return {
        "workspace": shop.pk, "name": "SMS", "kind": "sms", "adapter": "http_sms", "config": config,
    }  # fmt: skip


def test_a_channel_is_connected_and_keeps_its_kind(root: Client, shop: Workspace) -> None:
    root.post(url(Channel, "add"), channel_form(shop))
    made = Channel.objects.within(shop).get()

    root.post(url(made, "change"), channel_form(shop) | {"kind": "email", "name": "Text"})

    made.refresh_from_db()
    assert (made.name, made.kind, made.adapter) == ("Text", "sms", "http_sms")


def test_only_what_nothing_hangs_on_is_deleted_here(db: None) -> None:
    request = asked_by(build.superuser())

    found = {m for m, options in admin.site._registry.items()
             if options.has_delete_permission(request)}  # fmt: skip

    assert found == DELETED_HERE


def test_no_list_deletes_many_at_once(root: Client, shop: Workspace) -> None:
    request = asked_by(build.superuser())

    found = {m for m, options in admin.site._registry.items() if options.get_actions(request)}

    assert found == set()


def test_a_workspace_is_not_deleted(root: Client, shop: Workspace) -> None:
    statuses = [root.get(url(shop, "delete")).status_code,
                root.post(url(shop, "delete"), {"post": "yes"}).status_code]  # fmt: skip

    assert statuses == [403, 403]
    assert Workspace.objects.filter(pk=shop.pk).exists()


def test_a_workspace_is_checked_whole(root: Client) -> None:
    form = {"name": "Shop", "slug": "admin", "timezone": "Europe/Moscow", "currency": "RUB",
            "locale": "ru", "phone_region": "RU", "lifecycle_threshold": "median"}  # fmt: skip

    answer = root.post(url(Workspace, "add"), form)

    assert errors(answer)
    assert not Workspace.objects.filter(slug="admin").exists()
