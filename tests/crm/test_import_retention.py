"""What was uploaded goes some days after its import; what became of it stays."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from core.erasure import declarations
from core.scoping import Scope
from crm.models import Import, ImportRejection
from crm.services import importing
from tests import build, build_crm

pytestmark = pytest.mark.django_db
TEXT = "customer_id,email,city\n7,anna@,Omsk\n8,b@mail.ru,Omsk\n"
KEPT = timedelta(days=30)


@pytest.fixture
def scope(settings: LazySettings, tmp_path: Path) -> Scope:
    settings.MEDIA_ROOT = tmp_path / "media"
    return build.scope()


def uploaded(scope: Scope, folder: Path, *, copy: bool = True) -> Import:
    path = build_crm.text_file(folder, TEXT)
    return importing.register_file(scope=scope, file=path, kind="customers", copy=copy)


def loaded(scope: Scope, folder: Path, *, copy: bool = True) -> Import:
    found = importing.load(of_import=uploaded(scope, folder, copy=copy), at=build.NOON)
    return dated(found, build.NOON)


def dated(found: Import, at: datetime) -> Import:
    Import.unscoped.filter(pk=found.pk).update(created_at=at)
    found.refresh_from_db()
    return found


def values(found: Import) -> list[tuple[int, str, str]]:
    rows = ImportRejection.unscoped.filter(of_import=found)
    return list(rows.values_list("line", "code", "value"))


def examples(found: Import) -> list[str]:
    return [example for column in found.columns for example in column["examples"]]


def test_after_its_days_the_file_the_values_and_the_examples_go(
    scope: Scope, tmp_path: Path
) -> None:
    found = loaded(scope, tmp_path)
    kept = Path(found.path)

    gone = importing.let_go(at=build.NOON + KEPT + timedelta(minutes=1))

    found.refresh_from_db()
    assert (gone, kept.exists(), found.path, found.state) == (1, False, "", "loaded")
    assert values(found) == [(2, "email", "")]
    assert (examples(found), found.rows, found.rejected) == ([], 2, 1)


def test_until_then_all_of_it_stays(scope: Scope, tmp_path: Path) -> None:
    found = loaded(scope, tmp_path)

    gone = importing.let_go(at=build.NOON + KEPT - timedelta(minutes=1))

    found.refresh_from_db()
    assert (gone, Path(found.path).exists()) == (0, True)
    assert values(found) == [(2, "email", "anna@")]
    assert examples(found) != []


def test_a_second_sweep_finds_nothing(scope: Scope, tmp_path: Path) -> None:
    loaded(scope, tmp_path)
    later = build.NOON + KEPT + timedelta(days=1)
    importing.let_go(at=later)

    assert importing.let_go(at=later) == 0


def test_a_file_nobody_went_on_with_is_cancelled(scope: Scope, tmp_path: Path) -> None:
    found = dated(uploaded(scope, tmp_path), build.NOON)

    importing.let_go(at=build.NOON + KEPT + timedelta(days=1))

    found.refresh_from_db()
    assert (found.state, found.path) == ("cancelled", "")


def test_a_file_whose_job_waits_or_runs_stays(scope: Scope, tmp_path: Path) -> None:
    found = dated(uploaded(scope, tmp_path), build.NOON)
    importing.ask(scope=scope, of_import=found, kind="crm.import_check")

    gone = importing.let_go(at=build.NOON + KEPT + timedelta(days=1))

    assert (gone, Path(found.path).exists()) == (0, True)


def test_a_file_that_was_read_where_it_lay_is_not_removed(scope: Scope, tmp_path: Path) -> None:
    found = loaded(scope, tmp_path, copy=False)

    importing.let_go(at=build.NOON + KEPT + timedelta(days=1))

    assert Path(found.path).exists()
    assert values(found) == [(2, "email", "")]


def left_alone(scope: Scope, name: str, at: datetime) -> Path:
    """A file in the folder of uploads that no import names, last written to at a moment."""
    path = Path(settings.MEDIA_ROOT) / "imports" / str(scope.workspace_id) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_a_file_that_no_import_names_goes_when_it_is_old(scope: Scope) -> None:
    now = build.NOON + KEPT
    old = left_alone(scope, "0" * 32, build.NOON - timedelta(minutes=1))
    young = left_alone(scope, "1" * 32, build.NOON + timedelta(minutes=1))
    not_ours = left_alone(scope, "readme.txt", build.NOON - timedelta(minutes=1))

    importing.let_go(at=now)

    assert (old.exists(), young.exists(), not_ours.exists()) == (False, True, True)


def test_an_old_file_that_an_import_names_by_another_folder_stays(
    scope: Scope, tmp_path: Path
) -> None:
    found = uploaded(scope, tmp_path)
    kept, later = Path(found.path), build.NOON + KEPT
    os.utime(kept, (0, 0))
    Import.unscoped.filter(pk=found.pk).update(created_at=later, path=f"/moved/{kept.name}")

    importing.let_go(at=later)

    assert kept.exists()


def test_the_page_says_that_the_file_is_no_longer_kept(
    scope: Scope, tmp_path: Path, client: Client
) -> None:
    found, home = loaded(scope, tmp_path), scope.workspace
    client.force_login(build.member(home), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/{home.slug}/imports/{found.pk}/"
    before = client.get(address).content.decode()

    importing.let_go(at=build.NOON + KEPT + timedelta(days=1))
    after = client.get(address).content.decode()

    assert ("больше не хран" in before, "anna@" in before) == (False, True)
    assert ("больше не хран" in after, "anna@" in after) == (True, False)


@pytest.mark.parametrize("model", [Import, ImportRejection])
def test_erasure_says_what_becomes_of_files(model: type[Import | ImportRejection]) -> None:
    assert "KEEP_IMPORTS_DAYS" in declarations()[model].reason
