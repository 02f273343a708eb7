"""Every answer of every address carries the headers that keep it from others: refusals too."""

import re

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import path

from core.models import Workspace
from tests import build
from tests.access.addresses import Address, addresses
from tests.access.objects import builder_of
from tests.api.client import Answered, Api

pytestmark = pytest.mark.django_db
handler500 = "core.api.problems.server_error"


def crash(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("crash/", crash)]
READ = [a for a in addresses() if "GET" in a.methods and a.kind in {"page", "api", "other"}]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def shop() -> Workspace:
    return build.workspace("Leaf")


def missing(answer: HttpResponseBase | Answered) -> set[str]:
    """What an answer lacks of what every one has."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = {name for name, value in ALWAYS.items() if answer.headers.get(name) != value}
    found |= set() if "frame-ancestors" in policy else {"frame-ancestors"}
    found |= set() if "default-src 'none'" in policy else {"default-src"}
    found |= {"unsafe-inline"} if "script-src 'self' 'unsafe" in policy else set()
    kept = answer.headers.get("Cache-Control", "")
    return found | (set() if "no-store" in kept else {f"Cache-Control {kept}"})


def place_of(address: Address, shop: Workspace) -> str:
    place = "/" + address.route.replace("^", "").replace("$", "")
    for name in address.kwargs:
        value = shop.slug if name == "workspace" else builder_of(address.name, name)(shop)
        place = re.sub(rf"<(\w+:)?{name}>", str(value), place)
    return place


@pytest.mark.parametrize(
    "address", [a for a in READ if not a.route.startswith("m/")], ids=lambda a: a.name
)
def test_what_an_owner_is_shown_is_kept_and_framed_by_nobody(
    address: Address, shop: Workspace, client: Client
) -> None:
    client.force_login(build.member(shop, "owner"))

    answer = client.get(place_of(address, shop))

    assert missing(answer) == set()


REFUSALS = {
    "a stranger": ("/elsewhere/", 302),
    "nothing there": ("/m/u/forged", 404),
    "no such page": ("/nowhere/at/all", 404),
    "an unknown key": ("/api/v1/me", 401),
    "no such endpoint": ("/api/v1/nothing", 404),
}


@pytest.mark.parametrize(("place", "status"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_carries_them_too(client: Client, place: str, status: int) -> None:
    answer = client.get(place)

    assert (answer.status_code, missing(answer)) == (status, set())


def test_a_form_without_its_token_is_refused_with_them(shop: Workspace) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(build.member(shop, "owner"))

    answer = browser.post(f"/{shop.slug}/keys/", {"name": "x"})

    assert (answer.status_code, missing(answer)) == (403, set())
    # In the reader's language, and without the styles that the policy would refuse.
    assert "форма была открыта слишком долго" in answer.content.decode()
    assert "<style" not in answer.content.decode()


@pytest.mark.parametrize("is_tls", [True, False])
def test_a_foreign_host_is_refused_under_the_policy(
    client: Client, settings: LazySettings, *, is_tls: bool
) -> None:
    settings.SECURE_SSL_REDIRECT = is_tls

    answer = client.get("/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.urls(__name__)
def test_a_crash_is_answered_with_them() -> None:
    answer = Client(raise_request_exception=False).get("/crash/")

    assert (answer.status_code, missing(answer)) == (500, set())


def test_the_admin_lets_nobody_keep_or_frame_it(shop: Workspace, client: Client) -> None:
    root = build.member(shop, "owner")
    root.is_superuser = root.is_staff = True
    root.save()
    client.force_login(root)

    answer = client.get("/admin/")

    assert "no-store" in answer.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_an_answer_to_a_key_is_kept_by_nobody(shop: Workspace) -> None:
    answer = Api.of(shop, frozenset({"customers.read"})).call("GET", "/api/v1/customers")

    assert missing(answer) == set()


def test_an_answer_without_them_would_be_found() -> None:
    assert {"default-src", "frame-ancestors", "Referrer-Policy"} < missing(HttpResponse())
