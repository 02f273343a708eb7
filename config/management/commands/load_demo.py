"""`manage.py load_demo`: opens the demo workspace and asks a worker to load it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.standalone.home import write_private
from core import clock
from core.models import Workspace
from demo import gateways, workspace


class Command(BaseCommand):
    help = "Open the demo workspace; its logins and key go to RONDO_HOME/demo.json (mode 0600)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-shift", action="store_true", help="keep the dates of 2010-2011")

    def handle(self, *_args: Any, **options: Any) -> None:
        file = Path(settings.RONDO_HOME) / "demo.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        made = workspace.prepare(known=known, at=clock.now(), shift=not options["no_shift"])
        gateways.reconnect(workspace=Workspace.objects.get(slug=made["workspace"]))
        write_private(file, json.dumps(known | made, indent=2) + "\n")
        self.stdout.write(f"The demo is being loaded; logins: {file}")
