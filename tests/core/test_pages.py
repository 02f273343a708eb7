"""The kernel's pages: jobs watched and stopped, keys shown once, facts tried again, search."""

import pytest
from django.test import Client

from core.models import ApiKey, Event, Job, Workspace
from core.services import keys
from core.ui import finding
from tests import build
from tests.api.client import Api


@pytest.fixture
def shop(db: None) -> Workspace:
    return build.workspace()


@pytest.fixture
def owner(client: Client, shop: Workspace) -> Client:
    client.force_login(build.member(shop, "owner"))
    return client


def test_the_jobs_page_lists_jobs_of_the_workspace(owner: Client, shop: Workspace) -> None:
    build.job(within=shop)
    Job.unscoped.filter(workspace=shop).update(title="Orders of spring")

    answer = owner.get(f"/{shop.slug}/jobs/")

    assert "Orders of spring" in answer.content.decode()


def test_a_poll_gets_the_progress_and_not_the_page(owner: Client, shop: Workspace) -> None:
    job = build.job(within=shop)

    answer = owner.get(f"/{shop.slug}/jobs/{job.pk}/", headers={"HX-Request": "true"})

    assert f'id="job-{job.pk}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_running_job_is_polled_and_a_finished_one_is_not(owner: Client, shop: Workspace) -> None:
    job = build.job(within=shop)
    open_page = owner.get(f"/{shop.slug}/jobs/{job.pk}/").content.decode()
    Job.unscoped.filter(pk=job.pk).update(state="succeeded")

    over = owner.get(f"/{shop.slug}/jobs/{job.pk}/").content.decode()

    asked = f'hx-get="/{shop.slug}/jobs/{job.pk}/"'
    assert (asked in open_page, asked in over) == (True, False)


def test_a_job_is_stopped_from_its_page(owner: Client, shop: Workspace) -> None:
    job = build.job(within=shop)

    owner.post(f"/{shop.slug}/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_analyst_watches_but_does_not_stop(client: Client, shop: Workspace) -> None:
    client.force_login(build.member(shop, "analyst"))
    job = build.job(within=shop)

    page = client.get(f"/{shop.slug}/jobs/{job.pk}/").content.decode()
    answer = client.post(f"/{shop.slug}/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert "hx-post" not in page
    assert (answer.status_code, job.state) == (403, "queued")


def test_the_indicator_counts_open_jobs(owner: Client, shop: Workspace) -> None:
    build.job(within=shop)
    build.job(within=build.workspace())

    answer = owner.get(f"/{shop.slug}/jobs/running/")

    assert answer.context["running"] == 1


def test_a_new_key_works_and_its_secret_is_shown_once(owner: Client, shop: Workspace) -> None:
    form = {"name": "till", "scopes": ["points.read"]}

    shown = owner.post(f"/{shop.slug}/keys/", form)
    later = owner.get(f"/{shop.slug}/keys/")

    secret = shown.context["issued"].secret
    assert Api(secret).get("/api/v1/me").json()["rights"] == ["points.read"]
    assert (secret in shown.content.decode(), secret in later.content.decode()) == (True, False)
    assert "no-store" in shown.headers["Cache-Control"]


def test_a_key_without_rights_is_not_made(owner: Client, shop: Workspace) -> None:
    answer = owner.post(f"/{shop.slug}/keys/", {"name": "till"})

    assert answer.status_code == 400
    assert not ApiKey.objects.within(shop).exists()


@pytest.mark.parametrize("scope", ["settings.edit", "audit.view", "everything"])
def test_a_key_cannot_carry_what_a_person_may(owner: Client, shop: Workspace, scope: str) -> None:
    owner.post(f"/{shop.slug}/keys/", {"name": "till", "scopes": [scope]})

    assert not ApiKey.objects.within(shop).exists()


def test_a_key_is_revoked_from_the_page(owner: Client, shop: Workspace) -> None:
    key, secret = build.api_key(within=shop)

    owner.post(f"/{shop.slug}/keys/{key.prefix}/revoke/")

    assert Api(secret).get("/api/v1/me").status_code == 401


def test_the_audit_page_shows_who_made_a_key(owner: Client, shop: Workspace) -> None:
    issued = keys.issue(scope=build.scope(shop), name="till", scopes={"points.read"})

    answer = owner.get(f"/{shop.slug}/audit/")

    assert issued.key.prefix in answer.content.decode()
    assert issued.secret not in answer.content.decode()


def test_the_audit_page_escapes_what_people_typed(owner: Client, shop: Workspace) -> None:
    keys.issue(scope=build.scope(shop), name="<img src=x>", scopes={"points.read"})

    answer = owner.get(f"/{shop.slug}/audit/")

    assert "<img src=x>" not in answer.content.decode()


def test_a_parked_fact_is_shown_and_tried_again(owner: Client, shop: Workspace) -> None:
    fact = build.event(within=shop)
    Event.unscoped.filter(pk=fact.pk).update(parked_at=build.NOON, attempts=8)
    shown = owner.get(f"/{shop.slug}/facts/?state=parked").content.decode()

    owner.post(f"/{shop.slug}/facts/{fact.pk}/retry/")

    fact.refresh_from_db()
    assert "test.happened" in shown
    assert (fact.parked_at, fact.attempts) == (None, 0)


def test_the_search_finds_pages_by_their_name(owner: Client, shop: Workspace) -> None:
    answer = owner.get(f"/{shop.slug}/search/?q=API", headers={"Accept-Language": "en"})

    assert f"/{shop.slug}/keys/" in answer.content.decode()


def test_the_search_asks_registered_finders(
    owner: Client, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_finders", {})
    finding.register(
        "test", label="People", icon="users", permission="customers.view",
        find=lambda scope, text: [finding.Hit(f"{text} of {scope.workspace_id}", "/there/")],
    )  # fmt: skip

    answer = owner.get(f"/{shop.slug}/search/?q=Anna")

    assert f"Anna of {shop.pk}" in answer.content.decode()


def test_the_search_asks_no_finder_that_a_role_may_not_use(
    client: Client, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(build.member(shop, "partner"))
    monkeypatch.setattr(finding, "_finders", {})
    finding.register(
        "test", label="People", icon="users", permission="customers.view",
        find=lambda _scope, text: [finding.Hit(text, "/there/")],
    )  # fmt: skip

    answer = client.get(f"/{shop.slug}/search/?q=Anna")

    assert "/there/" not in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    ["jobs/", "audit/?q=%00", "facts/?after=guess", "search/?q=%00", "customers/?q=%00&may=%00",
     "customers/export/?q=a%00b&may=%00"],
)  # fmt: skip
def test_strange_parameters_do_no_harm(owner: Client, shop: Workspace, page: str) -> None:
    assert owner.get(f"/{shop.slug}/{page}").status_code == 200
