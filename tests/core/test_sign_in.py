"""Signing in: the right password opens, wrong ones say nothing about who exists and soon stop."""

import re
from collections.abc import Iterator

import pytest
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
