"""Recomputes stats, RFM, the lifecycle book and cohorts of one workspace or of all."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.selectors import days
from analytics.services import recomputing
from core import clock
from core.models import Workspace


class Command(BaseCommand):
    help = "Recompute what is derived from orders; only changed customers unless --full."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", default="", metavar="SLUG")
        parser.add_argument("--full", action="store_true", help="start from all orders")
        parser.add_argument("--as-of", type=date.fromisoformat, help="last day, YYYY-MM-DD")

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = Workspace.objects.order_by("pk")
        if options["workspace"]:
            chosen = chosen.filter(slug=options["workspace"])
            if not chosen.exists():
                raise CommandError(f"There is no workspace {options['workspace']!r}.")
        for workspace in chosen:
            self._recompute(workspace, options["as_of"], full=options["full"])

    def _recompute(self, workspace: Workspace, as_of: date | None, *, full: bool) -> None:
        at = clock.now()
        day = as_of or days.last_full_day(workspace, at)
        done = recomputing.recompute(workspace=workspace, as_of=day, at=at, full=full)
        way = "from all orders" if done.was_full else "from changed customers"
        self.stdout.write(
            f"{workspace.slug}: {done.customers} customers as of {day}, {way},"
            f" threshold {done.threshold_days:g} days"
        )
