"""The OpenAPI document: valid, without warnings, the committed one, and readable offline."""

import io
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from core.api.documents import document
from tests.access.addresses import addresses
from tests.architecture.sources import ROOT

COMMITTED = ROOT / "docs" / "schema.yml"


def test_the_schema_is_generated_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "schema.yml"

    call_command(
        "spectacular", validate=True, fail_on_warn=True, file=str(path), stderr=io.StringIO()
    )

    assert path.stat().st_size > 1_000


def test_the_schema_is_a_valid_openapi_3_1_document() -> None:
    schema = yaml.safe_load(document("yaml"))

    validate_schema(schema)  # type: ignore[no-untyped-call]

    assert schema["openapi"] == "3.1.0"


def test_the_committed_schema_is_the_one_we_serve() -> None:
    served = yaml.safe_load(document("yaml"))

    assert yaml.safe_load(COMMITTED.read_text()) == served, (
        "run: python manage.py spectacular --file docs/schema.yml, and look at the difference"
    )


def test_every_endpoint_is_described() -> None:
    described = yaml.safe_load(document("yaml"))["paths"]
    ours = [address for address in addresses() if address.kind == "api"]

    missing = [a.route for a in ours if "/" + a.route.replace("<int:", "{").replace(">", "}")
               not in described]  # fmt: skip

    assert missing == []
    assert len(ours) > 10


@pytest.mark.parametrize("kind", ["", "?format=json"])
def test_the_schema_is_served_to_everyone(client: Client, kind: str) -> None:
    answer = client.get(f"/api/schema/{kind}")

    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["info"]["title"] == "Rondo API"


def test_the_documentation_loads_nothing_from_outside_and_no_inline_script(client: Client) -> None:
    answer = client.get("/api/docs/")

    page = answer.content.decode()
    assert "https://" not in page
    assert "<script>" not in page
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "file", ["core/api-docs.js", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
             "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"],
)  # fmt: skip
def test_the_files_of_the_documentation_are_here(client: Client, file: str) -> None:
    answer = client.get(f"/static/{file}")
    size = len(b"".join(answer.streaming_content))  # type: ignore[attr-defined]

    assert answer.status_code == 200
    assert size > 100
