"""Endpoints to test the base with: they write jobs, refuse, crash and are not allowed."""

from typing import Any

from django.urls import path
from rest_framework.views import APIView

from core.api import Answer, Call, Cursor, Shape, WorkspaceApi, operation, page_of
from core.api.paging import MAX_PAGE
from core.errors import Conflict, InvalidInput
from core.models import Job

NOTE = Shape(
    "ToyNote",
    {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 40},
            "points": {"type": "integer", "minimum": 1, "maximum": 10**12},
            "at": {"type": "string", "format": "date-time"},
            "lines": {"type": "array", "maxItems": 3, "items": {"type": "integer"}},
        },
    },
)
KEPT = Shape("ToyKept", {"type": "object", "properties": {"id": {"type": "integer"}}})
LIMITS: dict[str, Any] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
    "cursor": {"type": "string"},
}
ran: list[str] = []


def keep(call: Call) -> Answer:
    ran.append(call.body["text"])
    job = Job.objects.within(call.scope).model(
        workspace=call.scope.workspace, kind="toy", title=call.body["text"]
    )
    job.save()
    return Answer(201, {"id": job.pk, "a": 1, "text": call.body["text"]})


class Notes(WorkspaceApi):
    @operation("List", permission="orders.read", answers={200: KEPT}, query=LIMITS)
    def get(self, call: Call) -> Answer:
        cursor = Cursor.read(call.scope, "notes", call.query)
        return Answer(200, page_of(Job.objects.within(call.scope), cursor, present))

    @operation("Keep", permission="orders.write", body=NOTE, answers={201: KEPT}, repeat="required")
    def post(self, call: Call) -> Answer:
        return keep(call)


class OtherNotes(WorkspaceApi):
    @operation("Keep", permission="orders.write", body=NOTE, answers={201: KEPT}, repeat="optional")
    def post(self, call: Call) -> Answer:
        return keep(call)


class Refusing(WorkspaceApi):
    @operation("No", permission="orders.write", body=NOTE, answers={}, repeat="required")
    def post(self, call: Call) -> Answer:
        keep(call)
        raise Conflict


class Picky(WorkspaceApi):
    @operation("No", permission="orders.write", body=NOTE, answers={}, repeat="required")
    def post(self, call: Call) -> Answer:
        keep(call)
        raise InvalidInput


class Crashing(WorkspaceApi):
    """Fails on its first run, works on the next."""

    @operation("No", permission="orders.write", body=NOTE, answers={}, repeat="required")
    def post(self, call: Call) -> Answer:
        answer = keep(call)
        if len(ran) == 1:
            raise ZeroDivisionError("a secret of the house")
        return answer


class Unnamed(APIView):
    """Somebody forgot the permission."""

    def get(self, request: Any) -> None:
        raise AssertionError("reached")


def present(jobs: list[Job]) -> list[dict[str, Any]]:
    return [{"id": job.pk} for job in jobs]


handler404 = "core.api.problems.not_found"
handler500 = "core.api.problems.server_error"
urlpatterns = [
    path("api/v1/notes", Notes.as_view()),
    path("api/v1/other-notes", OtherNotes.as_view()),
    path("api/v1/refusing", Refusing.as_view()),
    path("api/v1/picky", Picky.as_view()),
    path("api/v1/crashing", Crashing.as_view()),
    path("api/v1/unnamed", Unnamed.as_view()),
]
