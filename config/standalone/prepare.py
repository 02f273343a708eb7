"""Migrates and opens the demo, in one process because each Django start costs seconds."""

import argparse
import os
from pathlib import Path


def main() -> None:
    """Bring the database up to date, touch `marker` so that the web may start, open the demo."""
    parser = argparse.ArgumentParser(prog="config.standalone.prepare")
    parser.add_argument("marker", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--alone", action="store_true", help="no other machine has workers here")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False)
    given.marker.touch()
    if given.alone:
        _take_jobs_back()
    if given.demo:
        call_command("load_demo", no_shift=os.environ.get("RONDO_DEMO") == "no-shift")


def _take_jobs_back() -> None:
    """What a killed run was about goes on at once, not when its leases have run out."""
    from core.services import jobs

    jobs.take_back()


if __name__ == "__main__":
    main()
