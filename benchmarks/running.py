"""Runs every benchmark on servers of its own and prints what is promised and what was kept.

    SCALE=0.1 python -m benchmarks [module …]

Exits with 1 when a promise is not kept. With DATABASE_URL set that server is used.
"""

import importlib
import multiprocessing
import os
import platform
import resource
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import Row
from config.standalone import places
from config.standalone.pair import Pair
from config.standalone.postgres import ROLE

MODULES = ("imports", "batch_api", "analytics", "ledger", "sending")
MIB_IN_KIB = 1024
SLOWER_DISK = "commit_delay, commit_siblings"  # benchmarks/disks.py
LINE = "{:<58} {:>12} {:>12} {:>8}  {:<42} {}"


def main(names: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("RONDO_ALLOW_EPHEMERAL_KEY", "1")
    os.environ.setdefault("EGRESS_ALLOW_LOOPBACK", "1")
    scale = float(os.environ.get("SCALE", "0.1"))
    if os.environ.get("DATABASE_URL"):
        return _all(names, scale)
    home = places.passing_home()
    os.environ["RONDO_HOME"] = str(home)
    (home / "static").mkdir()  # a web server asks for it; no page is opened here
    # Durable: the promises about intents and the ledger include the wait for the disk.
    pair = Pair(home, redis_url=os.environ.get("REDIS_URL", ""), durable=True)
    os.environ.update(pair.start().environment())
    try:
        if pair.postgres is not None:
            pair.postgres.execute("postgres", [f"GRANT SET ON PARAMETER {SLOWER_DISK} TO {ROLE}"])
        return _all(names, scale)
    finally:
        pair.stop()
        shutil.rmtree(home, ignore_errors=True)


def _all(names: Sequence[str], scale: float) -> int:
    print(LINE.format("work", "ours", "floor", "ratio", "promise", "kept"), flush=True)
    _migrate()
    kept = [_one(name, scale) for name in names]
    print(f"\n{_machine()}, scale {scale:g}")
    return 0 if all(kept) else 1


def _migrate() -> None:
    child = multiprocessing.get_context("spawn").Process(target=_prepare)
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _one(name: str, scale: float) -> bool:
    """A module in a process of its own, so that its peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.SimpleQueue[tuple[list[Row], int]] = context.SimpleQueue()
    child = context.Process(target=_run, args=(name, scale, results))
    child.start()
    child.join()
    if child.exitcode:
        print(LINE.format(name, "-", "-", "-", "did not finish", "NO"), flush=True)
        return False
    rows, peak = results.get()
    for row in rows:
        print(_line(row), flush=True)
    print(f"  {name}: peak memory {peak // MIB_IN_KIB} MiB", flush=True)
    return all(row.kept for row in rows)


def _run(name: str, scale: float, results: "multiprocessing.SimpleQueue[object]") -> None:
    import django

    django.setup()
    rows = importlib.import_module(f"benchmarks.{name}").rows(scale)
    results.put((rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _line(row: Row) -> str:
    return LINE.format(
        row.work, f"{row.ours:,.3f}", f"{row.floor:,.3f}", f"{row.ratio:.2f}", row.promise,
        "yes" if row.kept else "NO",
    )  # fmt: skip


def _machine() -> str:
    memory = next(
        (line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines()
         if line.startswith("MemTotal:")), "0",
    )  # fmt: skip
    gib = int(memory) / MIB_IN_KIB / MIB_IN_KIB
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, {platform.machine()}, Python {platform.python_version()}"
