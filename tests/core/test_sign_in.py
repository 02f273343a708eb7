"""Signing in: the right password opens, wrong ones say nothing about who exists and soon stop."""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client

from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def attempt(client: Client, email: str, password: str) -> HttpResponseBase:
    words = {"login": email, "password": password}
    return client.post("/login/", words, headers={"accept-language": "en"})


def refusal(answer: HttpResponseBase) -> list[str]:
    """What the page says above the form."""
    return re.findall(r'role="alert">(.*?)</div>', b"".join(answer).decode(), re.DOTALL)


def test_the_right_password_signs_in(client: Client) -> None:
    person = build.user()

    answer = attempt(client, person.email.upper(), build.PASSWORD)

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_and_an_unknown_person_look_the_same(client: Client) -> None:
    person = build.user()

    known = refusal(attempt(client, person.email, "wrong"))
    unknown = refusal(attempt(client, "nobody@example.org", "wrong"))

    assert known
    assert known == unknown


def test_five_failures_close_the_door_for_the_right_password_too(client: Client) -> None:
    person = build.user()
    failures = [attempt(client, person.email, f"wrong-{number}") for number in range(5)]

    answer = attempt(client, person.email, build.PASSWORD)

    assert {failure.status_code for failure in failures} == {200}
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_four_failures_leave_the_door_open(client: Client) -> None:
    person = build.user()
    for number in range(4):
        attempt(client, person.email, f"wrong-{number}")

    assert attempt(client, person.email, build.PASSWORD).status_code == 302


def test_another_person_is_not_shut_out(client: Client) -> None:
    person, other = build.user(), build.user()
    for number in range(5):
        attempt(client, person.email, f"wrong-{number}")

    assert attempt(client, other.email, build.PASSWORD).status_code == 302


def from_afar(client: Client, number: int, told: str) -> HttpResponseBase:
    """A wrong password of yet another person, through a proxy that says where from."""
    words = {"login": f"nobody-{number}@example.org", "password": "wrong"}
    return client.post("/login/", words, headers={"x-forwarded-for": told})


def test_one_address_guessing_shuts_out_nobody_behind_the_same_proxy(
    client: Client, settings: LazySettings
) -> None:
    settings.TRUSTED_PROXIES = 1
    person = build.user()
    for number in range(21):
        from_afar(client, number, "198.51.100.7")

    words = {"login": person.email, "password": build.PASSWORD}
    answers = [
        client.post("/login/", words, headers={"x-forwarded-for": told}).status_code
        for told in ("198.51.100.7", "203.0.113.9")
    ]

    assert answers == [200, 302]


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_address_that_a_visitor_makes_up_is_not_believed(
    client: Client, settings: LazySettings, proxies: int
) -> None:
    settings.TRUSTED_PROXIES = proxies
    real = ", 198.51.100.7" * proxies
    person = build.user()
    for number in range(21):
        from_afar(client, number, f"203.0.113.{number}{real}")

    words = {"login": person.email, "password": build.PASSWORD}
    answer = client.post("/login/", words, headers={"x-forwarded-for": f"192.0.2.1{real}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("told", ["", "x" * 9_000, "198.51.100.7,", ",,,", "::1", "\u2603"])
def test_an_odd_address_is_no_error(client: Client, settings: LazySettings, told: str) -> None:
    settings.TRUSTED_PROXIES = 2

    assert from_afar(client, 1, told).status_code == 200


def test_a_socket_without_an_address_lets_people_in(client: Client) -> None:
    person = build.user()
    words = {"login": person.email, "password": build.PASSWORD}

    assert client.post("/login/", words, REMOTE_ADDR="").status_code == 302


def test_a_session_of_before_is_not_carried_into_the_sign_in(client: Client) -> None:
    person = build.user()
    client.get("/login/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key

    attempt(client, person.email, build.PASSWORD)

    assert client.session.session_key != before


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client) -> None:
    person = build.user()
    client.force_login(person)
    was_in = client.get("/").status_code

    person.set_password("another-9842")
    person.save()

    assert was_in == 403
    assert client.get("/").headers["Location"].startswith("/login/")


def test_who_is_switched_off_is_out_at_the_next_request(client: Client) -> None:
    person = build.user()
    client.force_login(person)

    person.is_active = False
    person.save()

    assert client.get("/").status_code == 302


def test_leaving_needs_a_post(client: Client) -> None:
    client.force_login(build.user())

    client.get("/logout/")
    stayed = "_auth_user_id" in client.session
    client.post("/logout/")

    assert stayed
    assert "_auth_user_id" not in client.session


def test_a_sign_in_never_leads_outside(client: Client) -> None:
    person = build.user()
    words = {"login": person.email, "password": build.PASSWORD, "next": "https://evil.example/"}

    answer = client.post("/login/", words)

    assert "evil" not in answer["Location"]


def test_the_language_is_chosen_by_a_post_and_kept(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/login/"})

    assert "Password" in client.get("/login/").content.decode()
