"""Names with signs that HTML knows stand on pages as they were written, once escaped."""

import pytest
from django.test import Client

from core.models import Job, Workspace
from crm.models import Import
from tests import build, build_crm, build_loyalty

pytestmark = pytest.mark.django_db
NAME = "O'Brien & Sons"
ESCAPED = "O&#x27;Brien &amp; Sons"


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


@pytest.fixture
def owner(shop: Workspace, client: Client) -> Client:
    client.force_login(build.member(shop), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> str:
    """With plain spaces: short words are glued to the next one on pages."""
    return client.get(address).content.decode().replace("\u00a0", " ")


def test_a_customers_name(owner: Client, shop: Workspace) -> None:
    person = build_crm.customer(shop, first_name=NAME)

    assert f"<h1>{ESCAPED}" in page(owner, f"/{shop.slug}/customers/{person.pk}/")


def test_a_files_name(owner: Client, shop: Workspace) -> None:
    loading = build_crm.waiting_import(shop)
    Import.unscoped.filter(pk=loading.pk).update(file_name=NAME)

    assert f"<h1>{ESCAPED}" in page(owner, f"/{shop.slug}/imports/{loading.pk}/")


def test_a_jobs_title(owner: Client, shop: Workspace) -> None:
    job = Job.unscoped.create(workspace=shop, kind="x", title=NAME)

    assert f"<h1>{ESCAPED}" in page(owner, f"/{shop.slug}/jobs/{job.pk}/")


def test_a_programmes_name(owner: Client, shop: Workspace) -> None:
    build_loyalty.program(shop, name=NAME)

    assert f'page-fact">{ESCAPED}' in page(owner, f"/{shop.slug}/loyalty/")
