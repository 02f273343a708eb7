"""Consents of a customer: what is allowed now, and statements that change it."""

from core.api import Answer, Call, WorkspaceApi, existing, operation
from crm.api import presenting, reading, shapes
from crm.models import Consent, Customer
from crm.services import consents

SOURCE = "api"


class ConsentsApi(WorkspaceApi):
    @operation(
        "What a customer allows now",
        permission="customers.read",
        answers={200: shapes.CONSENTS},
    )
    def get(self, call: Call, customer: int) -> Answer:
        person = existing(Customer.objects.within(call.scope), pk=customer)
        return Answer(200, {"items": presenting.consents(call.scope, person)})

    @operation(
        "Record that a customer gave or withdrew a consent",
        permission="customers.write",
        body=shapes.CONSENT,
        answers={200: shapes.CONSENT_SAVED, 201: shapes.CONSENT_SAVED},
        repeat="optional",
    )
    def post(self, call: Call, customer: int) -> Answer:
        person = existing(Customer.objects.within(call.scope), pk=customer)
        said = (
            self._give(call, person)
            if call.body["state"] == "granted"
            else self._withdraw(call, person)
        )
        items = presenting.consents(call.scope, person)
        return Answer(201 if said else 200, {"changed": said is not None, "items": items})

    def _give(self, call: Call, person: Customer) -> Consent | None:
        body = call.body
        return consents.give(
            scope=call.scope,
            customer=person,
            channel=body["channel"],
            purpose=body.get("purpose", consents.MARKETING),
            stated_at=reading.instant(body, "stated_at", call.at),
            source=SOURCE,
            proof=body.get("proof", ""),
            text_version=body.get("text_version", ""),
            ip=body.get("ip"),
        )

    def _withdraw(self, call: Call, person: Customer) -> Consent | None:
        body = call.body
        return consents.withdraw(
            scope=call.scope,
            customer=person,
            channel=body["channel"],
            purpose=body.get("purpose", consents.MARKETING),
            stated_at=reading.instant(body, "stated_at", call.at),
            source=SOURCE,
            proof=body.get("proof", ""),
            ip=body.get("ip"),
        )
