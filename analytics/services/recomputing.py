"""Recomputes a workspace's derived figures: everything, or what dirty customers changed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from psycopg2 import sql

from analytics.models import GapCount, Snapshot
from analytics.rules import places, thresholds
from analytics.rules.purchases import Tally
from analytics.rules.quantiles import Method
from analytics.rules.thresholds import GapFigures
from analytics.selectors import snapshots
from analytics.selectors.reading import one
from analytics.services import (
    booking,
    counting,
    dirt,
    history,
    publishing,
    scoring,
    tallying,
    versioning,
)
from analytics.services.counting import Counts
from analytics.services.publishing import Scored, Terms
from core.models import Workspace

PHASES = ("history", "gaps", "transitions", "scores", "book", "publish")
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    snapshot_id: int
    was_full: bool
    customers: int
    threshold_days: float


@dataclass(frozen=True)
class _Run:
    """One run: for whom, for which day, by which rules."""

    workspace: Workspace
    as_of: date
    threshold: str
    method: Method
    report: Report
    delta_at_any_size: bool = False

    @property
    def id(self) -> int:
        return self.workspace.pk

    def phase(self, name: str) -> None:
        self.report(PHASES.index(name), len(PHASES), name)


def recompute(
    *,
    workspace: Workspace,
    as_of: date,
    at: datetime,
    full: bool = False,
    threshold: str | None = None,
    method: Method = "rank",
    report: Report = lambda _done, _total, _phase: None,
    delta_at_any_size: bool = False,
) -> Outcome:
    """Bring stats, scores, books and cohorts to the end of `as_of`, and publish them whole.

    A delta is taken when an earlier run may be continued; its result is the full run's.
    """
    run = _Run(
        workspace, as_of, threshold or workspace.lifecycle_threshold, method, report,
        delta_at_any_size,
    )  # fmt: skip
    with transaction.atomic():
        _take_lock(run.id)
        before = None if full else _to_continue(run)
        taken = dirt.take(workspace_id=run.id)
        run.phase("history")
        gaps, days = _continue(run, taken) if before else _rebuild(run)
        outcome = _publish(run, at, gaps, days, before)
        dirt.settle(workspace_id=run.id, as_of=as_of)
    publishing.drop_old(workspace_id=run.id)
    return outcome


def _take_lock(workspace_id: int) -> None:
    """Two runs of one workspace wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('analytics'), %s)", [workspace_id])


def _to_continue(run: _Run) -> Snapshot | None:
    """The last run's snapshot, when its tables stand and lie at or before this day."""
    before = snapshots.latest(run.id)
    if before is None or before.as_of > run.as_of or not history.is_usable(workspace_id=run.id):
        return None
    customers = before.figures.get("customers", 0)
    if dirt.is_much(workspace_id=run.id, customers=customers) and not run.delta_at_any_size:
        return None
    return before


def _rebuild(run: _Run) -> tuple[GapFigures, float]:
    history.rebuild(workspace_id=run.id, as_of=run.as_of)
    run.phase("gaps")
    expected = _kept_threshold(run)
    chunks = counting.chunks_of(history.table_of(run.id))
    counts = counting.count(chunks, threshold_days=expected)
    tallying.clear(workspace_id=run.id)
    gaps, days = _add(run, counts)
    run.phase("transitions")
    _settle_transitions(run, days, expected, counts.transitions)
    return gaps, days


def _continue(run: _Run, taken: sql.Identifier) -> tuple[GapFigures, float]:
    """Take dirty customers' old selves out of every count and put the new ones in."""
    old, new = history.replace(workspace_id=run.id, as_of=run.as_of, dirty=taken)
    run.phase("gaps")
    expected = _kept_threshold(run)
    counts = counting.count_changes(old, new, threshold_days=expected)
    gaps, days = _add(run, counts)
    run.phase("transitions")
    _settle_transitions(run, days, expected, counts.transitions)
    return gaps, days


def _add(run: _Run, counts: Counts) -> tuple[GapFigures, float]:
    """Add what needs no threshold; returns the one that follows."""
    tallying.add_gaps(workspace_id=run.id, gaps=counts.gaps)
    tallying.add_cohorts(workspace_id=run.id, counted=counts.cohorts)
    return _threshold(run)


def _settle_transitions(run: _Run, days: float, expected: int, counted: Tally) -> None:
    """Add the transitions, or count the whole base again when the threshold is another."""
    whole = thresholds.whole_days(days)
    if whole != expected:
        tallying.clear_transitions(workspace_id=run.id)
        counted = counting.count_transitions(history.table_of(run.id), threshold_days=whole)
    tallying.add_transitions(workspace_id=run.id, threshold_days=whole, counted=counted)


def _kept_threshold(run: _Run) -> int:
    """The threshold that the kept transitions were counted with."""
    found = one(
        "SELECT coalesce(min(threshold_days), 0) FROM analytics_transitioncount"
        " WHERE workspace_id = %(w)s",
        {"w": run.id},
    )
    return int(found[0])


def _threshold(run: _Run) -> tuple[GapFigures, float]:
    """The gap figures of the base now, and the threshold they give."""
    histogram = GapCount.objects.within(run.id).order_by("days").values_list("days", "gaps")
    gaps = thresholds.figures_of(list(histogram))
    return gaps, thresholds.days_of(run.threshold, gaps)


def _publish(
    run: _Run, at: datetime, gaps: GapFigures, days: float, before: Snapshot | None
) -> Outcome:
    """Write the snapshot and the book, then move readers over."""
    run.phase("scores")
    terms = Terms(run.id, run.as_of, thresholds.whole_days(days), run.method)
    snapshot = Snapshot.unscoped.create(
        workspace=run.workspace, as_of=run.as_of, method=run.method, computed_at=at,
        threshold_name=run.threshold, threshold_days=Decimal(str(days)),
    )  # fmt: skip
    scored = publishing.score(history=history.table_of(run.id), terms=terms)
    _write(run, snapshot, before, scored)
    run.phase("book")
    write_book(scored)
    run.phase("publish")
    figures = publishing.totals(scored) | {"was_full": before is None, "gaps": asdict(gaps)}
    publishing.publish(snapshot=snapshot, at=at, figures=figures)
    versioning.let_go(snapshot=snapshot)
    return Outcome(snapshot.pk, before is None, figures["customers"], days)


def _write(run: _Run, snapshot: Snapshot, before: Snapshot | None, scored: Scored) -> None:
    """Write those who changed, or everybody."""
    if before is not None:
        changed = versioning.changed_since(
            before, scored, dirt.taken(), at_any_size=run.delta_at_any_size
        )
        if changed is not None:
            versioning.write(snapshot=snapshot, before=before, scored=scored, changed=changed)
            return
    publishing.write(snapshot=snapshot, scored=scored)


def write_book(scored: Scored) -> None:
    """The book of a scored base, from the counts that are kept."""
    terms = scored.terms
    booking.write_book(
        workspace_id=terms.workspace_id, as_of=terms.as_of, threshold_days=terms.threshold_days,
        asleep=places.fallen_asleep(
            scored.people, scored.placed, day=scoring.day_of(terms.as_of),
            threshold_days=terms.threshold_days,
        ),
    )  # fmt: skip
