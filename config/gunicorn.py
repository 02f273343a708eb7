"""How gunicorn serves the pages and the API; the address comes from the command line."""

import signal
from pathlib import Path
from typing import Any

from config.standalone.processes import die_with_parent

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


def when_ready(_server: Any) -> None:
    """Import every view before the fork, so that no worker does it during a first request."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # noqa: S101 - reading it is what imports


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker ends with its master, however the master ends."""
    die_with_parent(signal.SIGKILL)
