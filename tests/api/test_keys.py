"""Who gets in: a living key in the Authorization header, and nobody else."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from redis import Redis

from core import clock
from core.models import ApiKey, Workspace
from core.services import keys
from tests import build
from tests.api.client import Api

ME = "/api/v1/me"


def test_a_key_says_whose_it_is_and_what_it_carries(shop: Workspace) -> None:
    api = Api.of(shop, frozenset({"points.read", "orders.write"}))

    answer = api.get(ME)

    assert answer.status_code == 200
    assert answer.json()["workspace"] == shop.slug
    assert answer.json()["rights"] == ["orders.write", "points.read"]


def test_the_other_spelling_of_the_scheme_works(shop: Workspace) -> None:
    token = build.api_key(within=shop)[1]

    assert Api().get(ME, Authorization=f"Api-Key {token}").status_code == 200


REFUSED = {
    "no header": {},
    "nothing in it": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": "Basic cms6cms="},
    "no mark": {"Authorization": "Bearer abcdefgh.0123456789"},
    "unknown": {"Authorization": "Bearer rk_abcdefgh.0123456789"},
    "no secret": {"Authorization": "Bearer rk_abcdefgh"},
    "not ASCII": {"Authorization": "Bearer rk_ключ.секрет".encode().decode("latin-1")},
    "a megabyte": {"Authorization": "Bearer rk_" + "a" * 1_000_000},
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
def test_without_a_living_key_the_answer_is_401(shop: Workspace, headers: dict[str, str]) -> None:
    answer = Api().get(ME, **headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_right_prefix_with_a_wrong_secret_is_refused(shop: Workspace) -> None:
    token = build.api_key(within=shop)[1]

    assert Api(token[:-1] + "!").get(ME).status_code == 401


def test_a_revoked_key_stops_at_its_next_request(shop: Workspace) -> None:
    key, token = build.api_key(within=shop)
    before = Api(token).get(ME).status_code

    keys.revoke(scope=build.scope(shop), key=key)

    assert (before, Api(token).get(ME).status_code) == (200, 401)


def test_an_expired_key_is_refused(shop: Workspace) -> None:
    token = build.api_key(within=shop, expires_at=clock.now() - timedelta(seconds=1))[1]

    assert Api(token).get(ME).status_code == 401


def test_a_key_that_expires_tomorrow_is_let_in(shop: Workspace) -> None:
    token = build.api_key(within=shop, expires_at=clock.now() + timedelta(days=1))[1]

    assert Api(token).get(ME).status_code == 200


@pytest.mark.parametrize("name", ["token", "api_key", "access_token", "anything"])
def test_a_key_in_the_address_is_refused_even_beside_a_good_header(
    shop: Workspace, name: str
) -> None:
    token = build.api_key(within=shop)[1]

    answer = Api(token).get(f"{ME}?{name}={token}")

    assert (answer.status_code, answer.json()["code"]) == (401, "token_in_address")


def test_a_signed_in_owner_has_no_key(shop: Workspace) -> None:
    browser = Client()
    browser.force_login(build.member(shop))

    assert Api(client=browser).get(ME).status_code == 401


def test_a_key_is_stored_hashed_and_not_as_it_is(shop: Workspace) -> None:
    key, token = build.api_key(within=shop)

    secret = token.partition(".")[2]

    assert secret not in "".join(str(value) for value in vars(key).values())


def test_the_last_use_is_touched_at_most_once_a_minute(shop: Workspace) -> None:
    key, token = build.api_key(within=shop)
    a_while_ago = clock.now() - timedelta(seconds=30)
    ApiKey.unscoped.filter(pk=key.pk).update(last_used_at=a_while_ago)

    Api(token).get(ME)

    key.refresh_from_db()
    assert key.last_used_at == a_while_ago


def test_the_last_use_is_touched_after_a_minute(shop: Workspace) -> None:
    key, token = build.api_key(within=shop)
    long_ago = clock.now() - timedelta(seconds=61)
    ApiKey.unscoped.filter(pk=key.pk).update(last_used_at=long_ago)

    Api(token).get(ME)

    key.refresh_from_db()
    assert key.last_used_at is not None
    assert key.last_used_at > long_ago


@pytest.mark.urls("tests.api.toy")
def test_a_view_without_a_permission_is_closed(api: Api) -> None:
    assert api.get("/api/v1/unnamed").status_code == 403


@pytest.mark.urls("tests.api.toy")
def test_a_key_without_the_right_is_refused(shop: Workspace) -> None:
    api = Api.of(shop, frozenset({"orders.write"}))

    answer = api.get("/api/v1/notes")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.urls("tests.api.toy")
def test_a_key_with_the_right_is_let_in(shop: Workspace) -> None:
    api = Api.of(shop, frozenset({"orders.read"}))

    assert api.get("/api/v1/notes").status_code == 200


def test_calls_of_a_key_are_counted_and_forgotten_two_windows_later(shop: Workspace) -> None:
    key, token = build.api_key(within=shop)
    counters = Redis.from_url(settings.CACHES["default"]["LOCATION"])

    Api(token).get(ME)

    name = next(counters.scan_iter(f"*throttle:key:{key.prefix}:*"))
    assert counters.get(name) == b"1"
    assert 0 < counters.ttl(name) <= 120
