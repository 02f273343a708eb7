"""Tenant rows are never read without saying whose."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from core.errors import NotAllowed, ScopeRequired
from core.models import Job
from tests import build

pytestmark = pytest.mark.django_db


def test_a_manager_without_a_scope_raises() -> None:
    with pytest.raises(ScopeRequired):
        Job.objects.all()


def of_workspaces() -> list[type[Model]]:
    return [m for m in apps.get_models() if hasattr(m, "workspace") and hasattr(m, "objects")]


@pytest.mark.parametrize("model", of_workspaces(), ids=lambda model: model._meta.label)
def test_no_table_of_a_workspace_answers_without_one(model: Any) -> None:
    with pytest.raises(ScopeRequired):
        model.objects.all()


def test_a_filter_without_a_scope_raises_too() -> None:
    with pytest.raises(ScopeRequired):
        Job.objects.filter(pk=1)


def test_within_a_workspace_only_its_rows_are_seen() -> None:
    ours, theirs = build.workspace(), build.workspace()
    mine = build.job(within=ours)
    build.job(within=theirs)

    seen = list(Job.objects.within(ours))

    assert seen == [mine]


def test_a_scope_and_a_bare_id_mean_the_same_workspace() -> None:
    scope = build.scope()
    job = build.job(within=scope.workspace)

    by_scope = Job.objects.within(scope).get()
    by_id = Job.objects.within(scope.workspace_id).get()

    assert (by_scope, by_id) == (job, job)


def test_a_scope_refuses_what_its_role_does_not_allow() -> None:
    analyst = build.scope(role="analyst")

    with pytest.raises(NotAllowed):
        analyst.require("campaigns.launch")


def test_a_scope_lets_through_what_its_role_allows() -> None:
    marketer = build.scope(role="marketer")

    marketer.require("campaigns.launch")

    assert marketer.allows("campaigns.launch")


def test_an_unknown_role_may_do_nothing() -> None:
    nobody = build.scope(role="janitor")

    assert nobody.permissions == frozenset()
