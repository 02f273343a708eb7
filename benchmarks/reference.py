"""Runs `manage.py analyse` on every reference data set and compares each figure.

    python -m benchmarks.reference --shared PATH

The data sets and their figures stay outside the project: some may not be redistributed.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CELLS = {"rank": "rank", "value": "qcut"}
STOCKS = {"base": "base", "new": "new", "active": "active_lenient", "sleeping": "sleeping"}
KPIS = ("new_to_active", "orders_per_active", "orders_from_woken", "churn_of_active")
FLOWS = ("first_purchases", "new_to_active", "new_to_sleeping", "active_to_sleeping",
         "sleeping_to_active")  # fmt: skip
TOLERANCE = 1e-6

Difference = tuple[str, Any, Any]


@dataclass(frozen=True)
class Case:
    """One data set: its file, the prefix of its figures, the day its scores are taken at."""

    name: str
    file: Path
    prefix: str
    scored_on: str | None = None


def cases(shared: Path, scratch: Path) -> list[Case]:
    data = shared / "data"
    return [
        Case("Online Retail", data / "online_retail" / "online_retail.parquet", "online_retail"),
        Case("X5", data / "x5_retailhero_half_a" / "receipts.csv.gz", "x5_half_a", "2019-03-16"),
        # Its figures count a basket as a purchase whatever its lines cost: a file of orders.
        Case("Complete Journey", _baskets(data, scratch), "complete_journey_half_a"),
    ]


def _baskets(data: Path, scratch: Path) -> Path:
    import pandas as pd

    lines = pd.read_parquet(data / "complete_journey_half_a" / "transactions.parquet")
    baskets = lines.groupby(["household_id", "basket_id"], as_index=False).agg(
        transaction_timestamp=("transaction_timestamp", "min"), sales_value=("sales_value", "sum")
    )
    baskets["sales_value"] = baskets["sales_value"].round(2)
    baskets.to_csv(scratch / "baskets.csv", index=False)
    return scratch / "baskets.csv"


def analyse(file: Path, *wishes: str) -> dict[str, Any]:
    command = [sys.executable, "manage.py", "analyse", str(file), "--json", *wishes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{file.name}: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compare(case: Case, figures: Path) -> Iterator[Difference]:
    """Every figure that is not the reference's: what, expected, found."""
    prefix = f"{figures}/{case.prefix}"
    on_its_day = ["--as-of", case.scored_on] if case.scored_on else []
    whole = analyse(case.file)
    for method, suffix in CELLS.items():
        scored = analyse(case.file, "--quantiles", method, *on_its_day)
        yield from _differing(f"cells by {method}", _cells(f"{prefix}_rfm_cells_{suffix}.csv"),
                              {(c["r"], c["f"], c["m"]): c["customers"]
                               for c in scored["rfm"]["cells"]})  # fmt: skip
        yield from _differing("segments", _segments(f"{prefix}_rfm_segments.csv"),
                              {n: c for n, c in scored["rfm"]["segments"].items() if c})  # fmt: skip
    yield from _totals(json.loads(Path(f"{prefix}.json").read_text()), whole)
    yield from _stocks(_table(f"{prefix}_lifecycle_fixed_median.csv"), whole)
    yield from _cohorts(_table(f"{prefix}_cohort_counts.csv"), whole)
    book = Path(f"{prefix}_lifecycle_book.csv")
    if book.exists():
        yield from _book(_table(str(book)), whole)


def _table(path: str) -> list[dict[str, str]]:
    with Path(path).open() as file:
        return list(csv.DictReader(file))


def _cells(path: str) -> dict[Any, int]:
    rows = [list(map(int, row.values())) for row in _table(path)]
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _segments(path: str) -> dict[Any, int]:
    return {row["segment"]: int(row["customers"]) for row in _table(path)}


def _totals(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    gaps = expected["gaps"]
    yield from _differing(
        "totals",
        {
            "customers": expected["customers"], "orders": expected["orders"],
            "revenue": round(expected["revenue"], 2), "median": gaps["median_gap_days"],
            "p75": gaps["p75_gap_days"], "p90": gaps["p90_gap_days"],
        },
        {name: found[name] for name in ("customers", "orders", "revenue")} | found["gaps"],
    )  # fmt: skip


def _stocks(expected: list[dict[str, str]], found: Mapping[str, Any]) -> Iterator[Difference]:
    months = {month["month"]: month for month in found["lifecycle"]["months"]}
    for row in expected:
        month = months[row["snapshot"][:7]]
        theirs = {ours: int(row[name]) for ours, name in STOCKS.items()}
        theirs["first_purchases"] = int(row["first_purchases_in_month"])
        ours = {name: month[name] for name in STOCKS}
        ours["first_purchases"] = month["flows"]["first_purchases"]
        yield from _differing(f"stocks of {row['snapshot']}", theirs, ours)


def _book(expected: list[dict[str, str]], found: Mapping[str, Any]) -> Iterator[Difference]:
    months = {month["month"]: month for month in found["lifecycle"]["months"]}
    for row in expected:
        month = months[row["month"]]
        theirs: dict[str, float | None] = {name: int(row[name]) for name in FLOWS}
        theirs |= {f"kpi {n}": float(v) if (v := row[f"kpi_{n}"]) else None for n in KPIS}
        theirs["reactivated"] = int(row["reactivated"])
        ours = dict(month["flows"]) | {f"kpi {n}": month["kpis"][n] for n in KPIS}
        ours["reactivated"] = month["reactivated"]
        yield from _differing(f"book of {row['month']}", theirs, ours)


def _cohorts(expected: list[dict[str, str]], found: Mapping[str, Any]) -> Iterator[Difference]:
    """A blank cell of the reference is nobody; a month without first orders has no row."""
    cohorts = {cohort["month"]: cohort["retention"] for cohort in found["cohorts"]}
    for row in expected:
        month = row.pop("c")
        people = cohorts.get(month, [])
        theirs = {offset: int(float(cell or 0)) for offset, cell in row.items()}
        ours = {str(k): people[k] if k < len(people) else 0 for k in range(len(row))}
        yield from _differing(f"cohort {month}", theirs, ours)


def _differing(
    what: str, expected: Mapping[Any, Any], found: Mapping[Any, Any]
) -> Iterator[Difference]:
    for name in sorted(set(expected) | set(found), key=str):
        if not _same(expected.get(name), found.get(name)):
            yield f"{what}: {name}", expected.get(name), found.get(name)


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and found is not None:
        return abs(expected - float(found)) <= TOLERANCE
    return bool(expected == found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    shared = parser.parse_args().shared.resolve()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(shared, Path(folder)):
            differences = list(compare(case, shared / "data" / "reference"))
            print(f"{case.name}: {len(differences)} differences")
            for what, expected, found in differences[:20]:
                print(f"  {what}: expected {expected}, found {found}")
            wrong += len(differences)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
