"""The frame: who sees which links, where the bare address leads, what is remembered."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.models import Workspace
from core.permissions import permissions_of
from core.scoping import Scope
from core.ui import menu, toasts
from core.ui.context import frame
from core.ui.menu import MenuGroup, MenuItem
from tests import build


def scope_of(role: str) -> Scope:
    return Scope(workspace=Workspace(slug="leaf"), role=role, permissions=permissions_of(role))


def links(role: str, path: str = "/leaf/") -> dict[str, bool]:
    """Addresses of the menu, and which of them is the current one."""
    groups = menu.menu(scope_of(role), path)
    return {link.href: link.current for group in groups for link in group.links}


def test_a_role_sees_only_what_it_may_open() -> None:
    assert "/leaf/keys/" in links("owner")
    assert "/leaf/keys/" not in links("analyst")
    assert "/leaf/jobs/" in links("analyst")
    assert links("cashier") == {}


def test_the_current_link_is_the_longest_that_begins_the_address() -> None:
    current = [href for href, now in links("owner", "/leaf/jobs/7/").items() if now]

    assert current == ["/leaf/jobs/"]


def test_a_report_and_a_text_belong_to_campaigns() -> None:
    runs, texts, other = (
        [href for href, now in links("owner", path).items() if now]
        for path in ("/leaf/campaigns/runs/7/", "/leaf/campaigns/texts/7/", "/leaf/elsewhere/")
    )

    assert runs == texts == ["/leaf/campaigns/"]
    assert other == ["/leaf/"]


def test_a_page_that_does_not_exist_is_not_in_the_menu() -> None:
    menu.register([MenuGroup("late", "Late", "clock")],
                  [MenuItem("late", "Nowhere", "clock", "core:nowhere", "home.view")])  # fmt: skip

    assert "late" not in {group.key for group in menu.menu(scope_of("owner"), "/")}


@pytest.mark.django_db
def test_the_bare_address_leads_to_the_first_workspace_by_name(client: Client) -> None:
    person = build.member(build.workspace("Zebra"))
    first = build.workspace("Aster")
    build.membership(within=first, who=person)
    client.force_login(person)

    assert client.get("/")["Location"] == f"/{first.slug}/"


@pytest.mark.django_db
def test_somebody_without_a_workspace_is_told_so(client: Client) -> None:
    client.force_login(build.user())

    answer = client.get("/", headers={"accept-language": "en"})

    assert answer.status_code == 403
    assert "No workspace yet" in answer.content.decode()


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/login/?next=/"


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "kept"), [("dark", True), ("x' onload='", False)])
def test_only_known_themes_reach_the_page(client: Client, cookie: str, kept: bool) -> None:  # noqa: FBT001
    client.cookies["theme"] = cookie

    page = client.get("/login/").content.decode()

    assert ('data-theme="dark"' in page) is kept
    assert "onload" not in page


@pytest.mark.django_db
def test_a_note_may_carry_an_undo_to_the_next_page(client: Client) -> None:
    person = build.member(build.workspace())
    client.force_login(person)
    request = client.get("/").wsgi_request
    toasts.on_next_page(request, "Saved", undo="/leaf/undo/7/")

    tags = [message.extra_tags for message in request._messages]  # type: ignore[attr-defined]

    assert tags == ["undo:/leaf/undo/7/"]


def test_an_htmx_answer_may_carry_a_note_beside_other_triggers() -> None:
    answer = HttpResponse(headers={"HX-Trigger": '{"jobs": null}'})

    toasts.with_answer(answer, "Stopped", undo="/u/")

    assert '"jobs": null' in answer["HX-Trigger"]
    assert '"undo": "/u/"' in answer["HX-Trigger"]


def test_the_frame_knows_nothing_outside_a_workspace() -> None:
    assert "menu" not in frame(RequestFactory().get("/login/"))


def test_a_page_says_what_it_lacks_without_scripts(client: Client, db: None) -> None:
    shop = build.workspace("Leaf")
    client.force_login(build.member(shop, "owner"))

    page = client.get(f"/{shop.slug}/jobs/", headers={"accept-language": "en"}).content.decode()

    without_scripts = page[page.index("<noscript>") : page.index("</noscript>")]
    assert "JavaScript is switched off." in without_scripts
