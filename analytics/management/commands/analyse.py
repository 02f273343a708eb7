"""Reads one file of orders and prints its RFM, lifecycle book and cohorts as JSON."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.db import DataError
from django.utils import translation

from analytics.rules import thresholds
from analytics.services import analysing
from core import clock
from core.errors import DomainError
from crm.rules import dates, signs

UNREADABLE = 2
# As shells say it of a command that Ctrl-C ended.
STOPPED = 130


class Command(BaseCommand):
    help = "Analyse a CSV or Parquet file of orders; prints one JSON document, keeps nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=_day, help="last day to count, YYYY-MM-DD")
        parser.add_argument(
            "--threshold", type=_threshold, default="median", metavar="median|p75|p90|DAYS"
        )
        parser.add_argument("--quantiles", choices=["rank", "value"], default="rank")
        parser.add_argument("--timezone", type=_zone, default="UTC", help="whose days these are")
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], type=_pair, metavar="FIELD=COLUMN",
            help="which column is customer, date, amount, order_id, product, quantity, unit_price",
        )  # fmt: skip
        parser.add_argument("--dates", choices=dates.ORDERS, help="how the file writes dates")
        parser.add_argument("--decimal", choices=[".", ","], help="its decimal mark")
        parser.add_argument("--json", action="store_true", help="on one line")

    def handle(self, *_args: Any, **options: Any) -> None:
        wishes = analysing.Wishes(
            as_of=options["as_of"],
            threshold=options["threshold"],
            method=options["quantiles"],
            timezone=options["timezone"],
            columns=dict(options["map"]),
            formats={name: options[name] for name in ("dates", "decimal") if options[name]},
        )
        with translation.override("en"):
            found = self._analyse(options["file"], wishes)
        indent = None if options["json"] else 2
        for remark in found.remarks:
            self._say(f"{options['file']}: {remark}")
        self.stdout.write(json.dumps(found.document, ensure_ascii=False, indent=indent))

    def _analyse(self, file: Path, wishes: analysing.Wishes) -> analysing.Analysed:
        try:
            if not file.exists():
                self._refuse(f"{file}: there is no such file.")
            if not file.is_file():
                self._refuse(f"{file}: this is not a file.")
            return analysing.analyse(file=file, wishes=wishes, at=clock.now())
        except DomainError as refusal:
            self._refuse(f"{file}: {refusal.detail}")
        except OSError as error:
            self._refuse(f"{file}: {error.strerror or error}.")
        except DataError as error:
            self._refuse(f"{file}: a value cannot be stored: {error}")
        except KeyboardInterrupt:
            self._refuse(f"{file}: stopped; nothing is left behind.", STOPPED)

    def _refuse(self, sentence: str, code: int = UNREADABLE) -> NoReturn:
        self._say(sentence)
        sys.exit(code)

    def _say(self, sentence: str) -> None:
        """One line that says what is wrong; what stands in a file turns no terminal round."""
        self.stderr.write(" ".join(signs.seen(sentence).split()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day, write YYYY-MM-DD") from error


def _threshold(text: str) -> str:
    try:
        return thresholds.parse(text)
    except thresholds.ThresholdUnknown as error:
        raise ArgumentTypeError(
            f"{text!r} is not median, p75, p90 or days from 1 to {thresholds.LONGEST}"
        ) from error


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"{text!r} is not a time zone") from error


def _pair(text: str) -> tuple[str, str]:
    field, mark, column = text.partition("=")
    if not (field and mark and column):
        raise ArgumentTypeError(f"{text!r} is not FIELD=COLUMN")
    return field.strip(), column.strip()
