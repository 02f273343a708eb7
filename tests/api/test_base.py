"""Every operation: strict bodies and parameters, stable pages, problems with codes."""

import gzip

import pytest
from django.test import override_settings

from core.models import Workspace
from tests import build
from tests.api.client import Api

pytestmark = pytest.mark.urls("tests.api.toy")
NOTES = "/api/v1/notes"
OTHER = "/api/v1/other-notes"


def test_every_wrong_field_is_named_with_a_code(api: Api) -> None:
    body = {"text": "", "points": 1.5, "at": "yesterday", "lines": [1, "2"], "balance": 5}

    answer = api.post(OTHER, body)

    assert answer.status_code == 400
    assert {fault["field"]: fault["code"] for fault in answer.json()["fields"]} == {
        "text": "too_short",
        "points": "wrong_type",
        "at": "wrong_format",
        "lines.1": "wrong_type",
        "balance": "unknown_field",
    }


def test_a_missing_field_is_named(api: Api) -> None:
    fields = api.post(OTHER, {}).json()["fields"]

    assert [(fault["field"], fault["code"]) for fault in fields] == [("text", "required")]


def test_a_problem_is_a_problem_document(api: Api) -> None:
    answer = api.post(OTHER, {})

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:rondo:problem:invalid_input"
    assert (answer.json()["status"], answer.json()["code"]) == (400, "invalid_input")


@pytest.mark.parametrize(
    "points", ["-1", "0", "0.1", '"1"', "1e2", "1.0", str(2**63), "1" + "0" * 400, "true", "null",
               "[]", '{"$gt": 0}'],
)  # fmt: skip
def test_an_amount_is_a_strict_positive_integer(api: Api, points: str) -> None:
    answer = api.call("POST", OTHER, f'{{"text": "a", "points": {points}}}')

    assert answer.status_code == 400


def test_a_good_amount_is_taken(api: Api) -> None:
    assert api.post(OTHER, {"text": "a", "points": 1}).status_code == 201


@pytest.mark.parametrize(
    "moment", ["2024-02-30T10:00:00Z", "2024-02-01", "2024-02-01T10:00:00", "0001-01-01T00:00:00Z",
               "10000-01-01T00:00:00Z", "2024-02-01T25:00:00Z"],
)  # fmt: skip
def test_an_instant_exists_and_has_an_offset(api: Api, moment: str) -> None:
    answer = api.post(OTHER, {"text": "a", "at": moment})

    assert answer.json()["fields"][0]["code"] == "wrong_format"


def test_a_body_over_a_mebibyte_is_413(api: Api) -> None:
    answer = api.call("POST", OTHER, b'{"text": "' + b"a" * 1_048_576 + b'"}')

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=20)
@pytest.mark.parametrize("limit", ["0", "201", "9" * 22])
def test_a_number_past_its_bounds_is_out_of_range_however_long(api: Api, limit: str) -> None:
    fault = api.get(f"{NOTES}?limit={limit}").json()["fields"][0]

    assert (fault["field"], fault["code"]) == ("limit", "out_of_range")


def test_a_parameter_given_twice_is_said_in_words(api: Api) -> None:
    fault = api.get(f"{NOTES}?limit=1&limit=2", Accept_Language="en").json()["fields"][0]

    assert (fault["field"], fault["code"]) == ("limit", "repeated_or_unreadable")
    assert fault["message"].startswith("This is given twice")


def test_a_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(api: Api) -> None:
    answer = api.post(OTHER, {"text": "a"}, Transfer_Encoding="chunked")

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_a_body_of_exactly_the_limit_is_read(api: Api) -> None:
    assert api.call("POST", OTHER, b'{"text": "abcdefgh"}').status_code == 201


KINDS = ["text/plain", "application/x-www-form-urlencoded", "application/xml",
         "multipart/form-data; boundary=x", "application/json; charset=utf-16"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_another_content_type_is_415(api: Api, kind: str) -> None:
    answer = api.call("POST", OTHER, b'{"text": "a"}', content_type=kind)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_utf_8_may_be_said_aloud(api: Api) -> None:
    kind = 'application/json; charset="UTF-8"'

    assert api.call("POST", OTHER, b'{"text": "a"}', content_type=kind).status_code == 201


def test_a_compressed_body_is_415(api: Api) -> None:
    body = gzip.compress(b'{"text": "a"}')

    assert api.call("POST", OTHER, body, Content_Encoding="gzip").status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_405_and_says_what_is_allowed(api: Api, method: str) -> None:
    answer = api.call(method, NOTES)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST", "HEAD"}


def test_the_method_cannot_be_overridden(api: Api) -> None:
    answer = api.call("GET", NOTES, X_HTTP_Method_Override="POST")

    assert "items" in answer.json()


def test_an_unknown_address_is_a_problem_too(api: Api) -> None:
    answer = api.get("/api/v1/nowhere")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["page_size=1000000000", "offset=1000000000000", "ordering=name;drop", "sort=id",
              "fields=__dict__", "filter[email__regex]=(a%2B)%2B$", "limit=0", "limit=201",
              "limit=-1", "limit=ten", "limit=1&limit=2", "limit=%00", "limit=1e2",
              "cursor=guess", "cursor=%00", "cursor=..."],
)  # fmt: skip
def test_a_parameter_that_is_not_ours_is_400(api: Api, query: str) -> None:
    assert api.get(f"{NOTES}?{query}").status_code == 400


def walk(api: Api, limit: int) -> list[int]:
    """Every id of the list, page by page."""
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"{NOTES}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
    return found


def test_pages_give_every_row_once_newest_first(api: Api, shop: Workspace) -> None:
    ids = [build.job(within=shop).pk for _ in range(5)]

    assert walk(api, limit=2) == sorted(ids, reverse=True)


def test_a_row_added_while_paging_repeats_nothing(api: Api, shop: Workspace) -> None:
    ids = [build.job(within=shop).pk for _ in range(4)]
    first = api.get(f"{NOTES}?limit=2").json()
    build.job(within=shop)

    second = api.get(f"{NOTES}?limit=2&cursor={first['next']}").json()

    assert [item["id"] for item in second["items"]] == [ids[1], ids[0]]


def test_a_cursor_of_another_workspace_is_refused(api: Api, shop: Workspace) -> None:
    other = build.workspace()
    build.job(within=other)
    build.job(within=other)
    cursor = Api.of(other).get(f"{NOTES}?limit=1").json()["next"]

    answer = api.get(f"{NOTES}?cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_too_many_requests_of_a_key_are_429(api: Api, settings: object) -> None:
    rates = {"DEFAULT_THROTTLE_RATES": {"key": "3/min"}}
    with override_settings(REST_FRAMEWORK=settings.REST_FRAMEWORK | rates):  # type: ignore[attr-defined]
        answers = [api.get(NOTES) for _ in range(7)]

    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_fewer_requests_are_not_throttled(api: Api) -> None:
    assert {api.get(NOTES).status_code for _ in range(7)} == {200}


def test_an_error_never_shows_its_inside(api: Api, ran: list[str]) -> None:
    answer = api.once("/api/v1/crashing", {"text": "a"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert b"ZeroDivision" not in answer.content
    assert b"Traceback" not in answer.content
