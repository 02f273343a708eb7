"""What the programme's endpoints take and give. Never how much a customer has spent (R57)."""

from core.api import Shape, listing

POINTS = {"type": "integer", "minimum": 1, "maximum": 10**12}
DAY = {"type": ["string", "null"], "format": "date"}

BALANCE = Shape(
    "PointsBalance",
    {
        "type": "object",
        "required": ["active", "pending", "owed", "burning", "never_burn", "pending_on", "as_of"],
        "additionalProperties": False,
        "properties": {
            "active": {"type": "integer", "description": "May be spent now."},
            "pending": {"type": "integer", "description": "Become active later."},
            "owed": {"type": "integer", "description": "Debt that later accruals repay first."},
            "never_burn": {"type": "integer"},
            "pending_on": DAY | {"description": "The first day of the pending ones."},
            "burning": {
                "type": "array",
                "description": "The earliest first; `last_on` is the last day to spend them.",
                "items": {
                    "type": "object",
                    "required": ["last_on", "points"],
                    "additionalProperties": False,
                    "properties": {
                        "last_on": {"type": "string", "format": "date"},
                        "points": {"type": "integer"},
                    },
                },
            },
            "as_of": {"type": "string", "format": "date-time"},
        },
    },
)
REDEMPTION = Shape(
    "Redemption",
    {
        "type": "object",
        "required": ["points", "reference"],
        "additionalProperties": False,
        "properties": {
            "points": POINTS,
            "reference": {
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "pattern": r"\S",
                "description": "The cheque; it spends points once, whatever the key.",
            },
        },
    },
)
REDEEMED = Shape(
    "Redeemed",
    {
        "type": "object",
        "required": ["operation", "points", "active"],
        "additionalProperties": False,
        "properties": {
            "operation": {"type": "integer", "description": "Its id in the statement."},
            "points": {"type": "integer", "description": "Spent by this cheque."},
            "active": {"type": "integer", "description": "Left to spend."},
        },
    },
)
OPERATIONS = listing(
    "PointsStatement",
    {
        "type": "object",
        "required": ["id", "kind", "at", "points", "owed", "order", "reason"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "integer"},
            "kind": {
                "type": "string",
                "enum": ["accrue", "redeem", "reverse", "return", "expire", "adjust"],
            },
            "at": {"type": "string", "format": "date-time"},
            "points": {"type": "integer", "description": "Below zero when they were taken."},
            "owed": {
                "type": "integer",
                "description": "What the debt grew by, or shrank by when below zero.",
            },
            "order": {"type": "string", "description": "Its external id, or empty."},
            "reason": {"type": "string"},
        },
    },
)
