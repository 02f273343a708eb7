"""Migrates and opens the demo, in one process because each Django start costs seconds."""

import os
import sys
from pathlib import Path


def main(marker: Path) -> None:
    """Bring the database up to date, touch `marker` so that the web may start, open the demo."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    call_command("migrate", interactive=False)
    marker.touch()
    if "load_demo" in get_commands():
        call_command("load_demo")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
