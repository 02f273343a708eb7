"""What the endpoints of the customer base take and give."""

from typing import Any

from core.api import Shape, listing
from core.api.shapes import Schema
from crm.rules import languages
from crm.selectors.cards import CHANNELS

MOST = 1_000
BIG = 10**12


def text(longest: int, shortest: int = 0, **more: Any) -> Schema:
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


def record(required: list[str], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


ID: Schema = {"type": "integer", "description": "Our id."}
INSTANT: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "RFC 3339, with its offset: 2026-11-20T10:00:00+03:00.",
}
DAY: Schema = {"type": "string", "format": "date"}
EXTERNAL = text(64, 1, pattern=r"\S", description="Your own id of it.")
PERSON_ID = text(254, 1, pattern=r"\S", description="Your own id of the customer.")
# Empty, or something that can be seen.
SEEN = r"^$|\S"
SYSTEM = text(32, pattern=SEEN, description="Whose id it is; empty for the shop itself.")
SOURCE = text(32, 1, pattern="^[a-z0-9_-]+$", description="Where it was sold; api by default.")
MONEY: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": BIG,
    "description": "Hundredths of the currency, whatever it is.",
}
CUSTOM: Schema = {
    "type": "object",
    "description": "Fields of your own. What is sent is joined to what there is; null takes away.",
    "maxProperties": 50,
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$"},
    "additionalProperties": {
        "type": ["string", "integer", "boolean", "null"],
        "maxLength": 500,
        "minimum": -(2**53),
        "maximum": 2**53,
    },
}
OWN: dict[str, Schema] = {
    "first_name": text(100),
    "last_name": text(100),
    "gender": {"type": "string", "enum": ["", "f", "m"]},
    "city": text(100),
    "country": text(100),
    "language": {
        "type": "string",
        "enum": ["", *languages.CODES],
        "description": "Two letters of ISO 639-1.",
    },
    "timezone": text(64, format="timezone", description="Its IANA name: Europe/Moscow."),
    "custom": CUSTOM,
}
OUTCOME: Schema = {"type": "string", "enum": ["created", "updated", "unchanged", "rejected"]}

CUSTOMER_ITEM = record(
    ["external_id"],
    external_id=PERSON_ID,
    system=SYSTEM,
    email=text(254),
    phone=text(40, description="Any usual form; stored as E.164."),
    card=text(254),
    birth_date=DAY,
    **OWN,
)
CUSTOMER = Shape("CustomerUpsert", CUSTOMER_ITEM)
CUSTOMERS = Shape(
    "CustomerBatch",
    record(
        ["customers"],
        customers={"type": "array", "minItems": 1, "maxItems": MOST, "items": CUSTOMER_ITEM},
    ),
)
CHANGES = Shape(
    "CustomerChanges",
    record([], birth_date={"type": ["string", "null"], "format": "date"}, **OWN)
    | {"minProperties": 1},
)
SHOWN_CUSTOMER = record(
    ["id", "version", "first_name", "last_name", "identities"],
    id=ID,
    version=text(40, description="Send it as If-Match to change what you have read."),
    birth_date={"type": ["string", "null"], "format": "date"},
    registered_at=INSTANT,
    updated_at=INSTANT,
    identities={
        "type": "array",
        "items": record(
            ["kind", "system", "value"],
            kind={"type": "string", "enum": ["email", "phone", "card", "external"]},
            system={"type": "string"},
            value={"type": "string"},
        ),
    },
    # What files brought may be wider.
    **OWN | {"timezone": text(64), "language": text(8)},
)
CUSTOMER_SHOWN = Shape("Customer", SHOWN_CUSTOMER)
CUSTOMER_LIST = listing("CustomerList", SHOWN_CUSTOMER)

LINE = record(
    ["quantity", "unit_price"],
    sku=text(64),
    name=text(250),
    kind={"type": "string", "enum": ["product", "charge"]},
    quantity={
        "type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000,
        "description": "At most 3 decimals.",
    },
    unit_price={
        "type": "number", "minimum": 0, "maximum": 10**9,
        "description": "Units of the currency, at most 4 decimals.",
    },
    amount=MONEY,
)  # fmt: skip
LINES: Schema = {"type": "array", "maxItems": MOST, "items": LINE}
ORDER_FIELDS: dict[str, Schema] = {
    "external_id": EXTERNAL,
    "placed_at": INSTANT,
    "customer": text(
        254, pattern=SEEN, description="Your own id of the customer; a new one is created."
    ),
    "system": SYSTEM,
    "total": MONEY,
    "lines": LINES,
}
ORDER = Shape("OrderUpsert", record(["external_id", "placed_at"], source=SOURCE, **ORDER_FIELDS))
ORDERS = Shape(
    "OrderBatch",
    record(
        ["orders"],
        source=SOURCE,
        orders={
            "type": "array",
            "minItems": 1,
            "maxItems": MOST,
            "items": record(["external_id", "placed_at"], **ORDER_FIELDS),
        },
    ),
)
SHOWN_ORDER = record(
    ["id", "external_id", "source", "placed_at", "total", "refunded", "customer"],
    id=ID,
    external_id={"type": "string"},
    source={"type": "string"},
    placed_at=INSTANT,
    total=MONEY,
    refunded=MONEY,
    customer={"type": ["integer", "null"], "description": "Our id of the customer."},
)
ORDER_LIST = listing("OrderList", SHOWN_ORDER)
SHOWN_LINE = record(
    ["position", "kind", "sku", "name", "quantity", "unit_price", "amount"],
    position={"type": "integer"},
    kind={"type": "string"},
    sku={"type": "string"},
    name={"type": "string"},
    quantity={"type": "string"},
    unit_price={"type": "string"},
    amount={"type": "integer"},
)
ORDER_SHOWN = Shape(
    "Order",
    SHOWN_ORDER
    | {"properties": SHOWN_ORDER["properties"] | {"lines": {"type": "array", "items": SHOWN_LINE}}},
)
REFUND = Shape(
    "RefundRecord",
    record(
        ["external_id", "refunded_at"],
        source=SOURCE,
        external_id=EXTERNAL,
        refunded_at=INSTANT,
        order=text(
            64, pattern=SEEN, description="Your own id of the order; none for a refund on its own."
        ),
        customer=text(
            254,
            pattern=SEEN,
            description="Of a refund without an order; with one it must be the order's own.",
        ),
        system=SYSTEM,
        total=MONEY,
        lines=LINES,
    ),
)
FAULT = record(
    ["field", "code", "message"],
    field={"type": "string"},
    code={"type": "string"},
    message={"type": "string"},
)
SAVED = Shape(
    "Saved", record(["id", "external_id", "outcome"], id=ID, external_id=text(254), outcome=OUTCOME)
)
BATCH_SAVED = Shape(
    "BatchSaved",
    record(
        ["created", "updated", "unchanged", "rejected", "results"],
        created={"type": "integer"},
        updated={"type": "integer"},
        unchanged={"type": "integer"},
        rejected={"type": "integer"},
        results={
            "type": "array",
            "description": "One an item, in their order.",
            "items": record(
                ["index", "external_id", "outcome", "id"],
                index={"type": "integer"},
                external_id={"type": "string"},
                outcome=OUTCOME,
                id={"type": ["integer", "null"]},
                code={"type": "string", "description": "Why it was rejected."},
                field={"type": "string", "description": "A path in the item: lines.0.sku"},
                detail={"type": "string", "description": "The same in words."},
                fields={"type": "array", "items": FAULT},
            ),
        },
    ),
)
PURPOSE: Schema = {"type": "string", "enum": ["marketing", "service"]}
CHANNEL: Schema = {"type": "string", "enum": [*CHANNELS]}
STATE: Schema = {"type": "string", "enum": ["granted", "withdrawn"]}
CONSENT = Shape(
    "ConsentStatement",
    record(
        ["channel", "state", "stated_at"],
        purpose=PURPOSE,
        channel=CHANNEL,
        state=STATE,
        stated_at=INSTANT,
        proof=text(254, description="Needed to give again what was withdrawn."),
        text_version=text(32),
        ip=text(45, format="ip"),
    ),
)
SHOWN_CONSENT = record(
    ["purpose", "channel", "state", "since"],
    purpose=PURPOSE,
    channel={"type": "string"},
    state=STATE,
    since=INSTANT,
)
CONSENTS = Shape("Consents", record(["items"], items={"type": "array", "items": SHOWN_CONSENT}))
CONSENT_SAVED = Shape(
    "ConsentSaved", record(["changed", "items"], changed={"type": "boolean"},
                           items={"type": "array", "items": SHOWN_CONSENT})
)  # fmt: skip
