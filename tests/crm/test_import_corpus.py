"""Every file of the corpus has the outcome the corpus says, row by row."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from crm.errors import ImportRefused
from crm.models import Import, ImportRejection, Order
from tests import build, build_crm

CORPUS = yaml.safe_load(Path("tests/corpus/import/files.yaml").read_text(encoding="utf-8"))


def outcome(folder: Path, case: dict[str, Any]) -> dict[str, Any]:
    scope = build.scope()
    path = folder / "file.csv"
    path.write_bytes(
        bytes.fromhex(case["hex"])
        if "hex" in case
        else case["text"].encode(case.get("encoding", "utf-8"))
    )
    try:
        found = build_crm.loaded(scope, path, case.get("kind"), mapping=case.get("mapping"))
    except ImportRefused as refusal:
        return {"refused": refusal.code}
    rejected = ImportRejection.objects.within(scope).filter(of_import=found).order_by("line")
    return {
        "rows": found.rows,
        "created": found.created,
        "rejected": [[one.line, one.column, one.code] for one in rejected],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("case", CORPUS, ids=[case["name"] for case in CORPUS])
def test_a_file_ends_as_the_corpus_says(case: dict[str, Any], tmp_path: Path) -> None:
    assert outcome(tmp_path, case) == case["expected"]


@pytest.mark.django_db
def test_a_refused_file_leaves_a_failed_row_and_nothing_else(tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(tmp_path, "customer,date,amount\n")

    with pytest.raises(ImportRefused):
        build_crm.loaded(scope, path)

    row = Import.objects.within(scope).get()
    assert (row.state, row.error_code) == ("failed", "empty")
    assert not Order.objects.within(scope).exists()
