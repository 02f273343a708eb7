"""The queues of mail that Django projects use, sending the same letter to the same sink.

`rate` starts one in a process of its own, with settings and tables of its own (a schema that is
dropped afterwards). Measured is what a worker does with a full queue, as with ours, each the way
its documentation starts it: post_office with its batches and threads, mailer with a connection and
a transaction a letter, which is how it is made.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

NAMES = ("post_office", "mailer")
# Few: they are slow, and each round starts with a full queue.
LETTERS = {"post_office": 400, "mailer": 120}
FROZEN = ("points", "expires_on")
SCHEMA = "bench_peers"


def rate(name: str, smtp_port: int) -> float:
    """Letters a second of a peer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    order = {"name": name, "smtp_port": smtp_port, "database": _database(connection)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers", json.dumps(order)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    return float(done.stdout.strip().splitlines()[-1])


def _database(connection: Any) -> dict[str, Any]:
    keys = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
    settings: dict[str, Any] = {key: connection.settings_dict[key] for key in keys}
    own = connection.settings_dict.get("OPTIONS", {})
    return settings | {"OPTIONS": own | {"options": f"-c search_path={SCHEMA}"}}


def main(order: Mapping[str, Any]) -> None:
    """In the peer's process: fill its queue and empty it twice, print the second's letters a second.

    The first time is for what is done once a process, as ours sends a group before its time counts.
    """
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", order["name"]],
        DATABASES={"default": order["database"]},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=order["smtp_port"],
        MAILER_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        SECRET_KEY="bench",  # noqa: S106 - signs nothing
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )
    django.setup()
    # What they tell of their progress is neither shown nor paid for.
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    _round(order["name"], LETTERS[order["name"]] // 4)
    print(_round(order["name"], LETTERS[order["name"]]))


def _round(name: str, number: int) -> float:
    """Letters a second from a full queue to an empty one."""
    send = _PEERS[name](number)
    started = time.perf_counter()
    sent = send()
    seconds = time.perf_counter() - started
    if sent != number:
        raise AssertionError(f"{name} sent {sent} of {number}")
    return number / seconds


def _letters(number: int) -> list[dict[str, str]]:
    """Our letter as it reaches a person; rendering it is left out of their time."""
    from campaigns.rules.templates import Part, compile_template
    from campaigns.services import preset_texts
    from campaigns.variables import catalogue

    texts, known = preset_texts.TEXTS["en"]["email"], catalogue(frozen=frozenset(FROZEN))
    letter = {
        "subject": compile_template(texts.subject, Part.HEADER, known).render_sample(),
        "text": compile_template(texts.text, Part.TEXT, known).render_sample(),
        "html": compile_template(texts.html, Part.HTML, known).render_sample(),
    }
    return [letter | {"to": f"p{one}@example.org"} for one in range(number)]


def _post_office(number: int) -> Callable[[], int]:
    from post_office import mail

    for letter in _letters(number):
        mail.send(
            letter["to"], "news@shop.example", subject=letter["subject"], message=letter["text"],
            html_message=letter["html"],
        )  # fmt: skip

    def send() -> int:
        sent = 0
        while mail.get_queued().exists():
            sent += mail.send_queued(processes=1, log_level=0)[0]
        return sent

    return send


def _mailer(number: int) -> Callable[[], int]:
    import mailer
    from mailer import engine, models

    for letter in _letters(number):
        mailer.send_html_mail(
            letter["subject"], letter["text"], letter["html"], "news@shop.example", [letter["to"]]
        )

    def send() -> int:
        engine.send_all()
        return number - int(models.Message.objects.count())

    return send


_PEERS = {"post_office": _post_office, "mailer": _mailer}

if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
