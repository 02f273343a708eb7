"""The admin: every table is there and opens, facts cannot be changed, superusers only."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import (
    CohortCell,
    CustomerStats,
    DirtyCustomer,
    GapCount,
    LifecycleMonth,
    Snapshot,
    TransitionCount,
)
from campaigns.models import Receipt, RunLink, Suppression
from core.admin import ReadOnlyAdmin
from core.models import AuditEntry, Workspace
from crm.models import Import, ImportRejection, Product, Refund, RefundLine
from crm.services import orders, refunds
from crm.services.inputs import LineInput, OrderInput, RefundInput
from loyalty.services import ledger
from tests import build, build_campaigns, build_loyalty

OURS = ("core", "crm", "loyalty", "campaigns", "analytics")
# A composite key, which Django's admin cannot show.
NOT_SHOWN = {CustomerStats}
REGISTERED = [m for m in admin.site._registry if m._meta.app_label in OURS]
READ_ONLY = [m for m in REGISTERED if isinstance(admin.site._registry[m], ReadOnlyAdmin)]
MUST_BE_READ_ONLY = {
    "core.Event", "core.AuditEntry", "core.ApiKey", "crm.Consent", "loyalty.Account",
    "loyalty.Transaction", "loyalty.Entry", "loyalty.Lot", "loyalty.LotState",
    "campaigns.Delivery", "campaigns.Receipt",
}  # fmt: skip


def name_of(model: type[Model]) -> str:
    return model._meta.label


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(build.superuser())
    return client


@pytest.fixture
def shop(db: None) -> Workspace:
    """A workspace with a row in every table."""
    shop = build.workspace()
    build.job(within=shop)
    build.event(within=shop)
    build.audit_entry(within=shop)
    build.idempotent_request(within=shop)
    build.api_key(within=shop)
    fill_crm(shop)
    fill_loyalty(shop)
    fill_campaigns(shop)
    fill_analytics(shop)
    return shop


def fill_crm(shop: Workspace) -> None:
    scope = build.scope(shop)
    tea = LineInput(quantity=Decimal(1), unit_price=Decimal(5), sku="tea")
    order = OrderInput(external_id="o", placed_at=build.NOON, customer="c", lines=(tea,))
    orders.upsert_one(scope=scope, item=order, at=build.NOON)
    refund = RefundInput(external_id="r", refunded_at=build.NOON, order="o", lines=(tea,))
    refunds.record(scope=scope, item=refund, at=build.NOON)
    loaded = Import.unscoped.create(
        workspace=shop, kind="orders", file_name="a.csv", path="a.csv", sha256="0" * 64, size=1
    )
    ImportRejection.unscoped.create(workspace=shop, of_import=loaded, line=1, code="number")
    assert Product.objects.within(shop).exists()
    assert Refund.objects.within(shop).exists()
    assert RefundLine.objects.within(shop).exists()


def fill_loyalty(shop: Workspace) -> None:
    program = build_loyalty.program(shop)
    build_loyalty.tier(program, "Silver", 100)
    bought = build_loyalty.order(build_loyalty.customer(shop), 100_000)
    ledger.accrue(program=program, order=bought)


def fill_campaigns(shop: Workspace) -> None:
    build_campaigns.person(shop)
    run = build_campaigns.launched(build_campaigns.cascade(shop))
    delivery = build_campaigns.deliveries(run)[0]
    Receipt.unscoped.create(workspace=shop, delivery=delivery, kind="read", at=build.NOON)
    step = run.steps.first()
    RunLink.unscoped.get_or_create(
        workspace=shop, step=step, position=9, defaults={"url": "https://x.example"}
    )
    Suppression.unscoped.create(
        workspace=shop, channel_kind="email", address_hash=b"\0" * 32, reason="manual"
    )


def fill_analytics(shop: Workspace) -> None:
    day = date(2024, 3, 1)
    Snapshot.unscoped.create(
        workspace=shop, as_of=day, method="rank", threshold_name="median", threshold_days=28
    )
    GapCount.unscoped.create(workspace=shop, days=3, gaps=1)
    DirtyCustomer.unscoped.create(workspace=shop, customer=build_loyalty.customer(shop))
    for model in (LifecycleMonth, CohortCell, TransitionCount):
        model.unscoped.create(workspace=shop, **numbers(model, day))


def numbers(model: type[Model], day: date) -> dict[str, object]:
    """Zero in every number and the day in every date that must be given."""
    fields = [f for f in model._meta.fields if not f.primary_key and f.name != "workspace"]
    return {f.name: day if f.get_internal_type() == "DateField" else 0 for f in fields}


def test_every_table_is_in_the_admin() -> None:
    ours = {m for m in apps.get_models() if m._meta.app_label in OURS}

    assert ours - set(REGISTERED) == NOT_SHOWN


def test_only_our_tables_are_in_the_admin() -> None:
    assert {m._meta.app_label for m in admin.site._registry} == set(OURS)


def test_facts_and_books_are_read_only() -> None:
    assert {name_of(m) for m in READ_ONLY} >= MUST_BE_READ_ONLY


@pytest.mark.parametrize("model", REGISTERED, ids=name_of)
def test_a_table_is_searchable_paged_and_has_raw_ids(model: type[Model]) -> None:
    options = admin.site._registry[model]
    keys = {f.name for f in model._meta.fields if f.many_to_one or f.one_to_one}

    assert options.search_fields
    assert options.list_per_page <= 100
    assert set(options.raw_id_fields) == keys


def test_every_list_and_every_row_opens(root: Client, shop: Workspace) -> None:
    statuses = {name_of(m): opened(root, m) for m in REGISTERED}

    assert {name: s for name, s in statuses.items() if s != [200, 200, 200]} == {}


def opened(root: Client, model: type[Model]) -> list[int]:
    """The statuses of the list, of a search in it, and of its first row."""
    space = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.order_by("pk").first()
    detail = reverse(f"{space}_change", args=[row.pk]) if row else "/no-row/"
    listed = reverse(f"{space}_changelist")
    return [root.get(address).status_code for address in (listed, f"{listed}?q=anna", detail)]


@pytest.mark.parametrize("model", READ_ONLY, ids=name_of)
def test_a_read_only_row_cannot_be_added(root: Client, model: type[Model]) -> None:
    space = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    assert root.post(reverse(f"{space}_add"), {}).status_code == 403


def test_read_only_rows_cannot_be_changed_or_deleted(root: Client, shop: Workspace) -> None:
    refused = {name_of(m): tampered(root, m) for m in READ_ONLY}

    assert {name: s for name, s in refused.items() if s != [403, 403]} == {}


def tampered(root: Client, model: type[Model]) -> list[int]:
    space = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pk = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    verbs = (f"{space}_change", f"{space}_delete")
    return [root.post(reverse(verb, args=[pk]), {"post": "yes"}).status_code for verb in verbs]


def test_a_list_joins_what_it_shows(root: Client, shop: Workspace) -> None:
    build_campaigns.people(shop, 5)
    few = queries(root, "admin:crm_identity_changelist")
    build_campaigns.people(shop, 20)
    many = queries(root, "admin:crm_identity_changelist")

    assert many == few


def queries(root: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        root.get(reverse(name))
    return len(captured)


@pytest.mark.parametrize(
    "asked", ["state__exact=%00", "kind__exact=a%00b", "q=%00", "o=9e9", "p=x"]
)
def test_strange_filters_of_a_list_are_no_error(root: Client, asked: str) -> None:
    assert root.get(f"/admin/core/job/?{asked}").status_code in {200, 302}


def test_what_an_admin_changes_is_in_the_audit_log(root: Client, shop: Workspace) -> None:
    form = {"workspace": shop.pk, "sku": "new", "name": "Coffee", "category": ""}

    root.post(reverse("admin:crm_product_add"), form)

    entry = AuditEntry.objects.within(shop).get(action="admin_added")
    assert entry.object_kind == "crm.product"


@pytest.fixture
def people(db: None) -> dict[str, Client]:
    """An owner and a staff member who is no superuser."""
    shop = build.workspace()
    owner, staff = Client(), Client()
    owner.force_login(build.member(shop))
    staff.force_login(build.user(password=None, is_staff=True))
    return {"owner": owner, "staff": staff}


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_nobody_but_a_superuser_comes_in(people: dict[str, Client], who: str) -> None:
    answer = people[who].get("/admin/", follow=True)

    assert answer.status_code == 403


def test_nobody_at_all_is_sent_to_the_login(client: Client, db: None) -> None:
    answer = client.get("/admin/crm/customer/")

    assert answer.headers["Location"].startswith("/admin/login/")


def test_the_loose_policy_ends_where_the_admin_ends(root: Client) -> None:
    inside = root.get("/admin/").headers["Content-Security-Policy"]
    outside = root.get("/login/").headers["Content-Security-Policy"]

    assert ("unsafe-eval" in inside, "unsafe-eval" in outside) == (True, False)
    assert "default-src 'none'" in inside


def test_no_template_of_the_admin_asks_another_site(root: Client, shop: Workspace) -> None:
    page = root.get("/admin/crm/customer/").content.decode()

    assert "https://fonts" not in page
