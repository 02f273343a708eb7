"""One effect a key: replay, in flight, another body, refusals, crashes, takeover."""

import json
from datetime import timedelta

import pytest
from django.db.models import F

from core.models import IdempotentRequest, Job, Workspace
from core.services import idempotency
from tests.api.client import Api

pytestmark = pytest.mark.urls("tests.api.toy")
NOTES = "/api/v1/notes"


def kept(shop: Workspace) -> int:
    return int(Job.objects.within(shop).count())


def test_the_key_is_required_where_points_or_money_move(api: Api, shop: Workspace) -> None:
    answer = api.post(NOTES, {"text": "one"})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert kept(shop) == 0


def test_the_key_is_optional_elsewhere(api: Api, shop: Workspace) -> None:
    assert api.post("/api/v1/other-notes", {"text": "one"}).status_code == 201


def test_a_storm_of_retries_has_one_effect_and_equal_bodies(api: Api, shop: Workspace) -> None:
    answers = [api.once(NOTES, {"text": "one"}, key="k") for _ in range(20)]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert {answer.status_code for answer in answers} == {201}
    assert kept(shop) == 1


def test_a_replay_says_that_it_is_one(api: Api, shop: Workspace) -> None:
    first = api.once(NOTES, {"text": "one"}, key="k")
    second = api.once(NOTES, {"text": "one"}, key="k")

    replayed = [answer.headers.get("Idempotency-Replayed") for answer in (first, second)]
    assert replayed == [None, "true"]


def test_an_answer_kept_as_json_is_still_replayed(api: Api, shop: Workspace) -> None:
    first = api.once(NOTES, {"text": "one"}, key="k")
    old = json.loads(first.content)
    IdempotentRequest.objects.within(shop).update(answer=None, response=old)

    second = api.once(NOTES, {"text": "one"}, key="k")

    assert (second.status_code, second.content) == (201, first.content)
    assert kept(shop) == 1


def test_the_order_of_keys_in_a_body_does_not_matter(api: Api, shop: Workspace) -> None:
    api.once(NOTES, {"text": "one", "points": 1}, key="k")
    again = api.once(NOTES, {"points": 1, "text": "one"}, key="k")

    assert again.status_code == 201
    assert kept(shop) == 1


def test_the_same_key_with_another_body_is_refused(api: Api, shop: Workspace) -> None:
    api.once(NOTES, {"text": "one"}, key="k")
    answer = api.once(NOTES, {"text": "two"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert kept(shop) == 1


def test_the_same_key_at_another_endpoint_is_another_request(api: Api, shop: Workspace) -> None:
    api.once(NOTES, {"text": "one"}, key="k")
    answer = api.once("/api/v1/other-notes", {"text": "one"}, key="k")

    assert answer.status_code == 201
    assert kept(shop) == 2


def test_the_same_key_of_another_integrator_is_another_request(api: Api, shop: Workspace) -> None:
    api.once(NOTES, {"text": "one"}, key="k")
    answer = Api.of(shop).once(NOTES, {"text": "one"}, key="k")

    assert answer.status_code == 201
    assert kept(shop) == 2


BAD_KEYS = {"too long": "k" * 256, "a tab": "a\tb", "Cyrillic": "ключ".encode().decode("latin-1")}


@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_strange_key_is_refused(api: Api, shop: Workspace, key: str) -> None:
    answer = api.once(NOTES, {"text": "one"}, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_an_empty_key_is_refused(api: Api, shop: Workspace) -> None:
    answer = api.post(NOTES, {"text": "one"}, Idempotency_Key="")

    assert answer.json()["code"] == "idempotency_key_invalid"


def test_a_key_of_255_signs_is_taken(api: Api, shop: Workspace) -> None:
    assert api.once(NOTES, {"text": "one"}, key="k" * 255).status_code == 201


def in_flight(shop: Workspace, api: Api) -> None:
    """The request has been reserved by a worker that has not answered."""
    api.once(NOTES, {"text": "one"}, key="k")
    Job.objects.within(shop).delete()
    IdempotentRequest.objects.within(shop).update(status=None, answer=None)


def test_a_request_in_flight_is_409_with_a_time_to_wait(api: Api, shop: Workspace) -> None:
    in_flight(shop, api)

    answer = api.once(NOTES, {"text": "one"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_flight")
    assert answer.headers["Retry-After"] == "1"
    assert kept(shop) == 0


def test_a_request_whose_worker_died_is_run_by_the_next_retry(api: Api, shop: Workspace) -> None:
    in_flight(shop, api)
    IdempotentRequest.objects.within(shop).update(
        locked_until=F("locked_until") - timedelta(minutes=2)
    )

    answer = api.once(NOTES, {"text": "one"}, key="k")

    assert answer.status_code == 201
    assert kept(shop) == 1


def test_a_refusal_of_the_business_is_kept_and_its_work_undone(
    api: Api, shop: Workspace, ran: list[str]
) -> None:
    first = api.once("/api/v1/refusing", {"text": "one"}, key="k")
    second = api.once("/api/v1/refusing", {"text": "one"}, key="k")

    assert (first.status_code, first.content) == (409, second.content)
    assert second.headers["Content-Type"] == "application/problem+json"
    assert (kept(shop), ran) == (0, ["one"])


def test_a_refusal_of_the_input_is_not_kept(api: Api, shop: Workspace, ran: list[str]) -> None:
    api.once("/api/v1/picky", {"text": "one"}, key="k")
    again = api.once("/api/v1/picky", {"text": "other"}, key="k")

    assert again.json()["code"] == "invalid_input"
    assert (kept(shop), ran) == (0, ["one", "other"])


def test_a_crash_is_no_answer_and_the_retry_runs_again(
    api: Api, shop: Workspace, ran: list[str]
) -> None:
    first = api.once("/api/v1/crashing", {"text": "one"}, key="k")
    second = api.once("/api/v1/crashing", {"text": "one"}, key="k")

    assert (first.status_code, second.status_code) == (500, 201)
    assert b"secret" not in first.content
    assert kept(shop) == 1


def test_keys_older_than_a_week_are_forgotten(api: Api, shop: Workspace) -> None:
    api.once(NOTES, {"text": "one"}, key="old")
    IdempotentRequest.objects.within(shop).update(created_at=F("created_at") - timedelta(days=8))
    api.once(NOTES, {"text": "two"}, key="young")

    swept = idempotency.sweep()

    left = IdempotentRequest.objects.within(shop).values_list("key", flat=True)
    assert (swept, list(left)) == (1, ["young"])
