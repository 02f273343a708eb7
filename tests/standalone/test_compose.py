"""docker-compose.yml says the same as the settings, the supervisor and the Dockerfile."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.standalone import account, commands
from config.standalone.home import CHECKOUT
from config.standalone.postgres import SETTINGS, find_binaries

APP_SERVICES = ("migrate", "web", "worker", "beat")
READS = re.compile(r"""env(?:\.\w+)?\(\s*["'](\w+)["']|environ(?:\.get)?[\[(]["'](\w+)["']""")
NAMES = re.compile(r"`([A-Z_]+)`")
# Development, a channel on this machine, a pooler: none of them is in these containers. Where
# files lie follows from RONDO_HOME.
NOT_IN_CONTAINERS = {
    "DEBUG",
    "EGRESS_ALLOW_LOOPBACK",
    "DATABASE_PREPARES",
    "MEDIA_ROOT",
    "STATIC_ROOT",
}


@cache
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return found


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def names_that_are_read() -> set[str]:
    """Every environment variable that the configuration reads."""
    sources = (path.read_text() for path in (CHECKOUT / "config").rglob("*.py"))
    return {first or second for text in sources for first, second in READS.findall(text)}


def names_that_are_set(name: str) -> set[str]:
    return set(service(name)["environment"])


def as_in_a_container(command: list[str]) -> list[str]:
    return [command[0].replace(sys.executable, "python"), *command[1:]]


def test_the_services_are_those_of_the_product() -> None:
    assert set(compose()["services"]) == {"postgres", "valkey", *APP_SERVICES}


@pytest.mark.parametrize("name", APP_SERVICES)
def test_every_variable_that_is_set_is_read_by_the_configuration(name: str) -> None:
    assert names_that_are_set(name) <= names_that_are_read()


@pytest.mark.parametrize("name", APP_SERVICES)
def test_what_the_product_cannot_do_without_is_set(name: str) -> None:
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "RONDO_HOME"} <= names_that_are_set(name)


def test_what_the_readme_lets_set_may_be_set_in_containers_too() -> None:
    table = (CHECKOUT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in NAMES.findall(row[1] + row[3])}

    assert {"API_RATE", "SECRET_KEY_FALLBACKS"} <= told & names_that_are_read()
    assert (told & names_that_are_read()) - names_that_are_set("web") == NOT_IN_CONTAINERS


def test_a_misspelt_variable_would_be_found() -> None:
    assert "DATABASE_URL" in names_that_are_read()
    assert "DATABSE_URL" not in names_that_are_read()


def test_the_web_runs_as_the_supervisor_runs_it() -> None:
    assert service("web")["command"] == as_in_a_container(commands.web("0.0.0.0:8000"))


def test_the_worker_runs_as_the_supervisor_runs_it() -> None:
    assert service("worker")["command"] == as_in_a_container(commands.worker())


def test_beat_runs_as_the_supervisor_runs_it() -> None:
    schedule = Path("/var/lib/rondo/beat-schedule")

    assert service("beat")["command"] == as_in_a_container(commands.beat(schedule))


def test_migrate_is_a_command_of_manage_py() -> None:
    assert service("migrate")["command"][:3] == ["python", "manage.py", "migrate"]


def test_the_database_is_of_the_same_major_version_as_the_embedded_one() -> None:
    major = find_binaries(account.for_servers()).major

    assert service("postgres")["image"] == f"postgres:{major}"


def test_the_database_is_made_with_the_same_locale_as_the_embedded_one() -> None:
    words = service("postgres")["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert "--locale-provider=builtin" in words
    assert "--builtin-locale=C.UTF-8" in words


def test_the_log_of_the_database_quotes_nobody() -> None:
    words = service("postgres")["command"]

    assert "--log_error_verbosity=terse" in words
    assert "--log_min_error_statement=panic" in words
    assert SETTINGS["log_error_verbosity"] == "terse"
    assert SETTINGS["log_min_error_statement"] == "panic"


def test_the_broker_evicts_nothing_and_keeps_a_log() -> None:
    words = service("valkey")["command"]

    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
    assert words[words.index("--appendonly") + 1] == "yes"


@pytest.mark.parametrize("name", ["postgres", "valkey", "web", "worker", "beat"])
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert service(name)["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_database_is_migrated(name: str) -> None:
    condition = service(name)["depends_on"]["migrate"]["condition"]

    assert condition == "service_completed_successfully"


def test_every_volume_that_is_mounted_is_declared() -> None:
    mounted = {
        volume.split(":")[0]
        for one in compose()["services"].values()
        for volume in one.get("volumes", [])
    }

    assert mounted == set(compose()["volumes"])


def test_the_image_is_debian_and_installs_the_lock_file() -> None:
    text = (CHECKOUT / "Dockerfile").read_text()

    assert re.search(r"^FROM python:3\.\d+-slim-\w+$", text, re.MULTILINE)
    assert "requirements/app.txt" in text
    assert "USER rondo" in text


def _client_has_compose() -> bool:
    tool = shutil.which("docker")
    asked = [tool or "false", "compose", "version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


# Only where the client can: there is nothing to check elsewhere.
if _client_has_compose():

    def test_the_docker_client_accepts_the_file() -> None:
        done = subprocess.run(
            ["docker", "compose", "config", "--quiet"],
            cwd=CHECKOUT,
            env={
                "SECRET_KEY": "x",
                "POSTGRES_PASSWORD": "x",
                "PATH": "/usr/local/bin:/usr/bin:/bin",
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stderr == ""
        assert done.returncode == 0
