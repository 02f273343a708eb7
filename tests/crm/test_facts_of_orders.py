"""Facts of orders name everybody whose orders are other ones now, whatever way they came."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from core.errors import DomainError
from core.models import Event
from core.scoping import Scope
from core.services.jobs import Cancelled
from crm.models import Customer, Import, Order
from crm.services import importing, orders
from crm.services.importing import purchases
from crm.services.inputs import OrderInput
from tests import build, build_crm

pytestmark = pytest.mark.django_db
FILE = "order_id,customer,date,amount\n1,anna,2024-01-01,10\n2,boris,2024-01-02,20\n"


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def anna(scope: Scope) -> Customer:
    return build_crm.customer(scope.workspace, external_id="anna")


@pytest.fixture
def boris(scope: Scope) -> Customer:
    return build_crm.customer(scope.workspace, external_id="boris")


def sell(scope: Scope, customer: str | None) -> None:
    item = OrderInput(external_id="o-1", placed_at=build.NOON, customer=customer, total=1000)
    orders.upsert(scope=scope, items=[item], at=build.NOON)


def told_last(scope: Scope) -> list[int]:
    """Whom the newest fact of changed orders names."""
    facts = Event.objects.within(scope).filter(name="crm.orders_changed").order_by("pk")
    named: list[int] = facts.values_list("payload", flat=True).last()["customer_ids"]
    return named


def test_an_order_that_goes_over_names_both_customers(
    scope: Scope, anna: Customer, boris: Customer
) -> None:
    sell(scope, "anna")

    sell(scope, "boris")

    assert told_last(scope) == [anna.pk, boris.pk]


def test_an_order_that_nobody_has_any_more_names_whose_it_was(scope: Scope, anna: Customer) -> None:
    sell(scope, "anna")

    sell(scope, None)

    assert told_last(scope) == [anna.pk]


def test_a_file_that_moves_an_order_names_whom_it_left(
    scope: Scope, anna: Customer, tmp_path: Path
) -> None:
    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE))

    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE.replace("1,anna", "1,boris")))

    assert told_last(scope) == [anna.pk]


def test_a_file_that_moves_no_order_names_nobody(scope: Scope, tmp_path: Path) -> None:
    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE))

    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE.replace(",20", ",30")))

    assert not Event.objects.within(scope).filter(name="crm.orders_changed").exists()


@pytest.fixture
def half(
    scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> Import:
    """A load that somebody stopped after the first of two orders."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(purchases, "BATCH", 1)
    found = importing.register_file(scope=scope, file=build_crm.text_file(tmp_path, FILE))

    def stop(done: int, _total: int | None, phase: str | None) -> None:
        if (done, phase) == (1, "write"):
            raise Cancelled

    with pytest.raises(Cancelled):
        importing.load(of_import=found, at=build.NOON, progress=stop)
    assert Order.objects.within(scope).count() == 1
    return found


def cancel(found: Import) -> None:
    importing.cancel(of_import=found, at=build.NOON)


def sweep(found: Import) -> None:
    importing.let_go(at=found.created_at + timedelta(days=31))


def go_on_without_the_file(found: Import) -> None:
    Path(found.path).unlink()
    with pytest.raises(DomainError):
        importing.load(of_import=found, at=build.NOON)


@pytest.mark.parametrize("end", [cancel, sweep, go_on_without_the_file])
def test_what_a_load_wrote_before_it_ended_early_is_told_of(
    scope: Scope, half: Import, end: Callable[[Import], None]
) -> None:
    end(half)

    told = Event.objects.within(scope).filter(name="crm.orders_imported")
    assert [fact.payload for fact in told] == [{"import_id": half.pk}]


def test_a_load_that_was_stopped_before_it_wrote_is_not_told_of(
    scope: Scope, tmp_path: Path
) -> None:
    path = build_crm.text_file(tmp_path, FILE)
    found = importing.register_file(scope=scope, file=path, copy=False)

    importing.cancel(of_import=found, at=build.NOON)

    assert not Event.objects.within(scope).filter(name="crm.orders_imported").exists()
