"""A process that has settled in does not look for garbage among what it imported."""

import subprocess
import sys

_SAY = """
import gc
{settle}
print(gc.get_freeze_count() > 1_000, gc.get_threshold()[0])
"""


def said(settle: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _SAY.format(settle=settle)], check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_what_is_imported_is_frozen() -> None:
    assert said("from config.standing import settle_in; settle_in()") == "True 20000"


def test_otherwise_it_is_looked_through_each_time() -> None:
    assert said("import config.standing").startswith("False")
