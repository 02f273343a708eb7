"""Segments of a customer."""

from typing import Any

from analytics.selectors import people
from core.api import Answer, Call, Shape, WorkspaceApi, existing, operation
from crm.models import Customer

SEGMENTS = Shape(
    "CustomerSegments",
    {
        "type": "object",
        "required": ["as_of", "rfm", "lifecycle"],
        "additionalProperties": False,
        "properties": {
            "as_of": {
                "type": ["string", "null"],
                "format": "date",
                "description": "The day of the computation; null before the first one.",
            },
            "rfm": {
                "type": ["object", "null"],
                "description": "Null for a customer without a purchase.",
                "required": ["segment", "r", "f", "m"],
                "additionalProperties": False,
                "properties": {
                    "segment": {"type": "string"},
                    "r": {"type": "integer"},
                    "f": {"type": "integer"},
                    "m": {"type": "integer"},
                },
            },
            "lifecycle": {
                "type": ["object", "null"],
                "required": ["state", "is_reactivated"],
                "additionalProperties": False,
                "properties": {
                    "state": {"type": "string", "enum": ["new", "active", "sleeping"]},
                    "is_reactivated": {"type": "boolean"},
                },
            },
        },
    },
)


class SegmentsApi(WorkspaceApi):
    @operation("The segments a customer is in", permission="segments.read", answers={200: SEGMENTS})
    def get(self, call: Call, customer: int) -> Answer:
        person = existing(Customer.objects.within(call.scope), pk=customer)
        return Answer(200, _shown(people.segments_of(person)))


def _shown(found: people.Segments | None) -> dict[str, Any]:
    if found is None or not found.name:
        as_of = found.as_of.isoformat() if found else None
        return {"as_of": as_of, "rfm": None, "lifecycle": None}
    return {
        "as_of": found.as_of.isoformat(),
        "rfm": {"segment": found.name, "r": found.r, "f": found.f, "m": found.m},
        "lifecycle": {"state": found.state, "is_reactivated": found.is_reactivated},
    }
