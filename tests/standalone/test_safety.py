"""An installation that is open to others does not start with settings that give it away."""

import os
import subprocess
import sys
from typing import Any

import pytest

from config.safety import why_unsafe

GOOD: dict[str, Any] = {
    "secret_key": "kdH3-0fPq2zLw9YtV7bNc5XsR1mJ8aGe",
    "is_debugging": False,
    "hosts": ["crm.example"],
    "public_url": "https://crm.example",
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a short key": ({"secret_key": "s3cret"}, "SECRET_KEY"),
    "a key of one sign": ({"secret_key": "x" * 80}, "SECRET_KEY"),
    "no key": ({"secret_key": ""}, "SECRET_KEY"),
    "a short key without https": (
        {"secret_key": "s3cret", "public_url": "http://crm.example"}, "SECRET_KEY",
    ),
    "debugging": ({"is_debugging": True}, "DEBUG"),
    "every host": ({"hosts": ["crm.example", "*"]}, "ALLOWED_HOSTS"),
    "every host by a dot": ({"hosts": ["."]}, "ALLOWED_HOSTS"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "name"), BAD.values(), ids=BAD.keys())
def test_unsafe_settings_are_refused_by_name(change: dict[str, Any], name: str) -> None:
    assert name in why_unsafe(**GOOD | change)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"is_debugging": True, "hosts": ["*"], "public_url": "http://crm.example"},
        {"secret_key": "s3cret", "public_url": "http://localhost:8000"},
        {"secret_key": "s3cret", "public_url": "http://[::1]:8000", "is_debugging": True},
    ],
)
def test_good_settings_and_a_workshop_are_not(change: dict[str, Any]) -> None:
    assert why_unsafe(**GOOD | change) == ""


def checked(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = {"SECRET_KEY": GOOD["secret_key"] * 2, "PUBLIC_URL": "https://crm.example"}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=kept | told | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_framework_finds_nothing_to_say_of_an_installation_under_https() -> None:
    done = checked(ALLOWED_HOSTS="crm.example")

    assert (done.returncode, done.stderr) == (0, "")


def test_an_installation_under_https_does_not_start_debugging() -> None:
    done = checked(ALLOWED_HOSTS="crm.example", DEBUG="1")

    assert done.returncode == 1
    assert "DEBUG shows the inside" in done.stderr


ASKED = (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
)  # fmt: skip
UNDER_HTTPS = "__Host-sessionid True True Lax __Host-csrftoken True True 31536000"
AT_HOME = "sessionid False True Lax csrftoken False False 0"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("https://crm.example", UNDER_HTTPS), ("http://localhost:8000", AT_HOME)],
)
def test_cookies_are_bound_to_an_https_host_and_work_at_home(address: str, expected: str) -> None:
    code = f"from config import settings; print(*(getattr(settings, n) for n in {ASKED!r}))"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"SECRET_KEY": GOOD["secret_key"], "PUBLIC_URL": address},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == expected
