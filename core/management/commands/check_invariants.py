"""Counts the rows that break each claim about the data; exits 1 when there are any."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import invariants


class Command(BaseCommand):
    help = "Count the rows that break each claim about the data; exit 1 when there are any."

    def handle(self, *_args: Any, **_options: Any) -> None:
        counts = {item: invariants.count(item) for item in invariants.registered()}
        for item, number in counts.items():
            self.stdout.write(f"{number:>8}  {item.name:<14} {item.claim}")
        if any(counts.values()):
            sys.exit(1)
