"""How gunicorn serves the pages and the API; the address comes from the command line."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from config.standalone.processes import die_with_parent
from config.standing import settle_in

wsgi_app = "config.wsgi:application"
proc_name = "rondo-web"
worker_class = "gthread"
workers = 2
threads = 4
# One import for all workers: half the memory, and half the time to the first page.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
control_socket_disable = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def on_starting(_server: Any) -> None:
    """Import every view before the fork, then wait for the migrations that run meanwhile.

    Before gunicorn takes over the signals, so that a stop during the migrations is immediate.
    """
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # noqa: S101 - reading it is what imports
    settle_in()
    awaited = os.environ.get("RONDO_WAIT_FOR")
    while awaited and not Path(awaited).exists():
        time.sleep(0.05)


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker ends with its master, however the master ends."""
    die_with_parent(signal.SIGKILL)
