"""The bad-input corpus: each case is a request and what it must be answered (tests/corpus/api)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.models import Event, Workspace
from crm.models import Customer, Order
from loyalty.models import Program, Transaction
from tests import build, build_loyalty
from tests.api.client import Api

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "api"
KNOWN = {"name", "request", "body", "raw", "headers", "status", "code", "field", "key", "repeat",
         "content_type", "hex"}  # fmt: skip


class Loader(yaml.SafeLoader):
    """YAML with `!long 300`: a text of so many signs."""


Loader.add_constructor("!long", lambda _loader, node: "a" * int(str(node.value)))


def cases() -> list[Any]:
    """Every case of every file, named by file and case."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        common, *listed = yaml.load_all(path.read_text(), Loader)
        named = [(f"{path.stem}: {case['name']}", common | case) for case in listed[0]]
        found += [pytest.param(case, id=name) for name, case in named]
    return found


CASES = cases()


@pytest.fixture
def place(shop: Workspace) -> dict[str, object]:
    """What a case may name in its address: {customer}, {foreign}, {order}."""
    build_loyalty.program(shop)
    mine = build_loyalty.customer(shop, first_name="Mine")
    order = build_loyalty.order(mine, 10_000, external_id="known")
    other = build.workspace()
    build_loyalty.program(other)
    return {
        "long": "a" * 300,
        "customer": mine.pk,
        "order": order.pk,
        "foreign": build_loyalty.customer(other, first_name="Foreign").pk,
        "foreign_order": build_loyalty.order(None, 5, workspace=other, external_id="theirs").pk,
    }


def written() -> tuple[int, ...]:
    """How many rows of business there are, whoever's they are."""
    models = (Customer, Order, Transaction, Event, Program)
    return tuple(int(model.unscoped.count()) for model in models)


def send(api: Api, case: dict[str, Any], place: dict[str, object]) -> Any:
    method, _space, address = case["request"].partition(" ")
    headers = {name.replace("-", "_"): str(v) for name, v in case.get("headers", {}).items()}
    if case.get("key", "auto") is not None:
        headers.setdefault("Idempotency_Key", str(case.get("key", f"key-{build.number()}")))
    body = case["raw"] if "raw" in case else _body(case)
    return api.call(
        method,
        "/api/v1/" + address.format(**place),
        body * int(case.get("repeat", 1)),
        content_type=case.get("content_type", "application/json"),
        **headers,
    )


def _body(case: dict[str, Any]) -> bytes:
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    return json.dumps(case["body"]).encode() if "body" in case else b""


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_answered_as_expected(
    api: Api, place: dict[str, object], case: dict[str, Any]
) -> None:
    before = written()

    answer = send(api, case, place)

    assert answer.status_code == case["status"], answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert case.get("code", answer.json()["code"]) == answer.json()["code"]
    faults = answer.json().get("fields", [])
    named = [fault["field"] for fault in faults]
    assert all(fault["code"] and fault["message"] for fault in faults)
    assert case.get("field") is None or case["field"] in named
    assert b"Traceback" not in answer.content
    assert written() == before


@pytest.mark.parametrize("case", CASES)
def test_a_case_says_what_it_expects(case: dict[str, Any]) -> None:
    assert set(case) <= KNOWN
    assert 400 <= case["status"] < 500
