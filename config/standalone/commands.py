"""The command lines of the parts; docker-compose.yml runs the same ones."""

import sys
from pathlib import Path

WORKER_PROCESSES = 2


def web(bind: str) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", bind]


def worker() -> list[str]:
    options = ["--concurrency", str(WORKER_PROCESSES), "--loglevel", "INFO"]
    # One machine, no other workers to greet: both only cost time at the start.
    return [*_celery("worker"), *options, "--without-gossip", "--without-mingle"]


def beat(schedule: Path) -> list[str]:
    return [*_celery("beat"), "--loglevel", "INFO", "--pidfile=", "--schedule", str(schedule)]


def prepare(marker: Path, *, demo: bool, alone: bool) -> list[str]:
    words = [sys.executable, "-m", "config.standalone.prepare", str(marker)]
    return [*words, *["--demo"] * demo, *["--alone"] * alone]


def sinks(home: Path) -> list[str]:
    return [sys.executable, "-m", "demo.sinks", "--home", str(home)]


def _celery(part: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "config", part]
