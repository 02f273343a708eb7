"""Orders and refunds by your own ids."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.api import PAGING, Answer, Call, Cursor, WorkspaceApi, existing, operation, page_of
from core.errors import NotFound
from crm.api import presenting, reading, shapes
from crm.errors import ImpossibleTime
from crm.models import Order
from crm.refusals import at_field
from crm.services import orders, refunds
from crm.services.inputs import CREATED, REJECTED, OrderInput, Outcome

SOURCE = "api"


class OrdersApi(WorkspaceApi):
    @operation(
        "Orders, newest first",
        permission="orders.read",
        query=PAGING
        | {
            "external_id": shapes.text(64, 1),
            "source": shapes.SOURCE,
            "customer": {"type": "integer", "minimum": 1, "maximum": 2**62},
        },
        answers={200: shapes.ORDER_LIST},
    )
    def get(self, call: Call) -> Answer:
        wanted = {name: call.query[name] for name in ("external_id", "source", "customer")
                  if name in call.query}  # fmt: skip
        rows = Order.objects.within(call.scope).filter(**wanted)
        cursor = Cursor.read(call.scope, "orders", call.query)
        return Answer(200, page_of(rows, cursor, presenting.orders))

    @operation(
        "Add an order, or change the one with this external id",
        permission="orders.write",
        body=shapes.ORDER,
        answers={200: shapes.SAVED, 201: shapes.SAVED},
        repeat="required",
    )
    def post(self, call: Call) -> Answer:
        reading.instant(call.body, "placed_at", call.at)
        item, source = reading.order(call.body), call.body.get("source", SOURCE)
        saved = orders.upsert_one(scope=call.scope, item=item, at=call.at, source=source)
        return presenting.saved(saved)


class OrderBatchApi(WorkspaceApi):
    @operation(
        "Add or change up to 1,000 orders",
        permission="orders.write",
        body=shapes.ORDERS,
        answers={200: shapes.BATCH_SAVED},
        repeat="required",
    )
    def post(self, call: Call) -> Answer:
        items = [reading.order(one) for one in call.body["orders"]]
        late = reading.impossible([item.placed_at for item in items], call.at)
        impossible = {index: _impossible(index, items[index]) for index in late}
        said = orders.upsert(
            scope=call.scope,
            items=[item for i, item in enumerate(items) if i not in impossible],
            at=call.at,
            source=call.body.get("source", SOURCE),
        )
        return presenting.batch(_placed(said, impossible) if impossible else said)


def _impossible(index: int, item: OrderInput) -> Outcome:
    code = ImpossibleTime.code
    return Outcome(index, item.external_id, REJECTED, code=code, field="placed_at")


def _placed(said: Sequence[Outcome], impossible: Mapping[int, Outcome]) -> list[Outcome]:
    """Each outcome at its item's place in the whole list."""
    rest = iter(said)
    return [
        impossible[index] if index in impossible else replace(next(rest), index=index)
        for index in range(len(said) + len(impossible))
    ]


class OrderApi(WorkspaceApi):
    @operation("One order", permission="orders.read", answers={200: shapes.ORDER_SHOWN})
    def get(self, call: Call, order: int) -> Answer:
        return Answer(200, presenting.order(existing(Order.objects.within(call.scope), pk=order)))


class RefundsApi(WorkspaceApi):
    @operation(
        "Record a refund",
        permission="orders.write",
        body=shapes.REFUND,
        answers={200: shapes.SAVED, 201: shapes.SAVED},
        repeat="required",
    )
    def post(self, call: Call) -> Answer:
        item, source = reading.refund(call.body, call.at), call.body.get("source", SOURCE)
        try:
            recorded = refunds.record(scope=call.scope, item=item, at=call.at, source=source)
        except NotFound as missing:
            field = str(missing.facts["field"])
            raise at_field(reading.UnknownReference, field, **missing.facts) from missing
        document = {
            "id": recorded.refund.pk,
            "external_id": item.external_id,
            "outcome": recorded.outcome,
        }
        return Answer(201 if recorded.outcome == CREATED else 200, document)
