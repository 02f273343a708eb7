"""Logs name errors and never people: canaries put into every way that a line is written."""

import logging
import logging.config
import time
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.log_lines import masked
from crm.models import Identity
from tests import build, build_crm

CANARIES = {
    "an e-mail": "anna.canary+shop@mail.example.ru",
    "a Cyrillic e-mail": "анна@почта.рф",
    "a phone": "+79031234567",
    "a phone in groups": "+7 (903) 123-45-67",
    "a phone with an eight": "89031234567",
    "a phone with an eight in groups": "8 (903) 123-45-67",
    "a foreign phone": "+44 20 7946 0958",
    "a key": "rk_uV2Xy7y3.ERQ7UcSX5uvKy6a4JsXwDN55hWg0DhKS",
    "a link's token": "/m/u/1AQEBAgEDAsT-3kqzC1u6x",
}


@pytest.fixture
def lines() -> StringIO:
    """What the product's own formatter writes."""
    return StringIO()


@pytest.fixture
def logger(lines: StringIO) -> logging.Logger:
    options = settings.LOGGING["formatters"]["line"]
    config = logging.config.DictConfigurator({"version": 1})
    handler = logging.StreamHandler(lines)
    handler.setFormatter(config.configure_formatter(dict(options)))
    found = logging.Logger("canary")  # noqa: LOG001 - one of the test's own, unknown to others
    found.addHandler(handler)
    return found


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES.keys())
def test_a_line_says_what_happened_and_not_to_whom(
    logger: logging.Logger, lines: StringIO, canary: str
) -> None:
    logger.error("sending to %s failed", canary)

    assert canary not in lines.getvalue()
    assert "sending to" in lines.getvalue()
    assert "failed" in lines.getvalue()


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_quoted(
    logger: logging.Logger, lines: StringIO
) -> None:
    person = build_crm.customer(build.workspace(), phone="+79031234567")
    twin = Identity.unscoped.get(customer=person, kind="phone")
    twin.pk = None

    try:
        with transaction.atomic():
            twin.save(force_insert=True)
    except IntegrityError:
        logger.exception("job 7 failed")

    assert "IntegrityError" in lines.getvalue()
    assert "9031234567" not in lines.getvalue()


@pytest.mark.django_db
def test_the_part_of_a_statement_that_the_database_shows_is_hidden(
    logger: logging.Logger, lines: StringIO
) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'Anna Canary', 'x'::bigint")
    except Exception:
        logger.exception("job 7 failed")

    assert "invalid input syntax" in lines.getvalue()
    assert "Anna Canary" not in lines.getvalue().partition("DataError")[2]


PLAIN = (
    "2026-11-22 18:05:01,123 INFO core.services.jobs job 123456789012 took 15.250 s of 8 000 rows",
    "GET /demo/customers/12345/ 404",
    "sha256 79031234567abcdef",
    "10.0.0.1:52114 closed 2026-11-22T18:05:01.123456+00:00",
)


@pytest.mark.parametrize("line", PLAIN)
def test_what_names_nobody_is_kept(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize("sign", ["a", "7", "+7 ", "(", "a.", "@", "rk_", "a@a.", "LINE 1: "])
def test_a_line_made_to_be_slow_is_masked_quickly(sign: str) -> None:
    started = time.process_time()

    masked(sign * 100_000)

    assert time.process_time() - started < 2


@pytest.mark.django_db
def test_a_crash_of_a_page_leaves_no_search_text_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = build.workspace()
    browser = Client(raise_request_exception=False)
    browser.force_login(build.member(shop, "owner"))

    browser.get(f"/{shop.slug}/nowhere/", {"q": "anna.canary@mail.example"})

    assert "anna.canary" not in caplog.text
