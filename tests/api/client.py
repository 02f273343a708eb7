"""A small client of the API for tests: a key, JSON in and out."""

import json
from typing import Any, Protocol

from django.test import Client

from core.models import Workspace
from tests import build


class Answered(Protocol):
    """What tests read of a response."""

    status_code: int
    content: bytes
    headers: Any

    def json(self) -> Any: ...


class Api:
    """Calls the API with one key; `status` 5xx comes back as an answer, not as an exception."""

    def __init__(self, token: str = "", client: Client | None = None) -> None:
        self.token = token
        self._client = client or Client(raise_request_exception=False)

    @classmethod
    def of(cls, workspace: Workspace, scopes: frozenset[str] | None = None) -> "Api":
        """A client with a new key of a workspace; without `scopes` the key carries all."""
        return cls(build.api_key(within=workspace, scopes=scopes)[1])

    def call(
        self,
        method: str,
        path: str,
        body: bytes | str = b"",
        *,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answered:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Answered = self._client.generic(
            method, path, body, content_type=content_type, headers=sent
        )
        return answer

    def get(self, path: str, **headers: str) -> Answered:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answered:
        return self.call("POST", path, json.dumps(body), **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answered:
        return self.call("PATCH", path, json.dumps(body), **headers)

    def once(self, path: str, body: Any, key: str = "", **headers: str) -> Answered:
        """A POST with an Idempotency-Key; a new one if none is given."""
        return self.post(path, body, Idempotency_Key=key or f"key-{build.number()}", **headers)
