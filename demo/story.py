"""The story on the first page, as one job: each chapter is something a marketer could do."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from analytics.services.recomputing import recompute
from campaigns.models import Run
from campaigns.services import launching
from core import clock
from core.models import Job, Workspace
from core.scoping import Scope
from core.services import jobs
from core.services.jobs import Progress
from crm.models import Import, Order
from crm.services import importing
from demo import gateways, orders, people
from demo.workspace import owner_scope
from loyalty.models import Program
from loyalty.proofs import CHECK
from loyalty.services import following

# Where each chapter begins, about as long as it takes.
CHAPTERS = {"orders": 0, "people": 600, "points": 620, "numbers": 850, "cascade": 950}
WHOLE = 1000
# The cascade is dated so that two months of real later orders are there to be counted.
DAYS_BEFORE_THE_END = 60
FOUR_WEEKS = timedelta(weeks=4)
# One business hour passes in a second of the visitor's time.
SPEED = 3600
Report = Callable[[int, int | None, str | None], None]


def tell(job: Job, progress: Progress) -> dict[str, Any]:
    """Load the orders, give the points, compute the books, send the cascade.

    Each chapter can be run again without a second effect, so a killed job is simply resumed.
    """
    scope = owner_scope(job.workspace)
    asked_at = datetime.fromisoformat(job.params["at"])
    say = _Chapters(progress)
    say("orders")
    loaded = _import_orders(scope, asked_at, say.within, shift=job.params["shift"])
    say("people")
    people.invent(workspace_id=job.workspace_id)
    last_day = _last_day(job.workspace)
    say("points")
    _give_points(job.workspace, last_day)
    say("numbers")
    _compute(job.workspace, last_day)
    say("cascade")
    run = _send_cascade(scope, last_day)
    _ask_for_a_check(job.workspace)
    progress(WHOLE, WHOLE, "")
    return {"import": loaded.pk, "run": run.pk, "last_day": last_day.isoformat()}


def _compute(workspace: Workspace, last_day: date) -> None:
    """As four weeks earlier, then as of the last day: so there are moves between segments to see."""
    for as_of in (last_day - FOUR_WEEKS, last_day):
        recompute(workspace=workspace, as_of=as_of, at=clock.now(), full=True)


def _ask_for_a_check(workspace: Workspace) -> None:
    """The books are proven once, so that a visitor sees what a night would have shown."""
    jobs.ask(tenant=workspace, kind=CHECK)


class _Chapters:
    """Says which chapter begins, and how far it is; the whole story is 1,000 long."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._chapter = ""

    def __call__(self, chapter: str) -> None:
        self._chapter = chapter
        self._progress(CHAPTERS[chapter], WHOLE, chapter)

    def within(self, done: int, total: int | None = None, _phase: str | None = None) -> None:
        """How much of the chapter is done; a chapter that cannot tell stands still."""
        start, end = CHAPTERS[self._chapter], _end_of(self._chapter)
        share = min(1.0, done / total) if total else 0.0
        self._progress(start + int((end - start) * share), WHOLE, self._chapter)


def _end_of(chapter: str) -> int:
    return min((start for start in CHAPTERS.values() if start > CHAPTERS[chapter]), default=WHOLE)


def _import_orders(scope: Scope, at: datetime, report: Report, *, shift: bool) -> Import:
    """The file goes the way a user's does; one that is loaded already is not loaded again."""
    loaded: Import | None
    loaded = Import.objects.within(scope).filter(state="loaded").order_by("pk").first()
    if loaded:
        return loaded
    file = _file(clock.local_day(at, scope.workspace.timezone)) if shift else orders.SOURCE
    found = importing.register_file(scope=scope, file=file, kind="lines", name=orders.SOURCE.name)
    return importing.load(of_import=found, at=clock.now(), progress=report)


def _file(today: date) -> Path:
    target = Path(settings.RONDO_HOME) / "demo" / orders.SOURCE.name
    return target if target.exists() else orders.shifted_file(target=target, today=today)


def _last_day(workspace: Workspace) -> date:
    """The last day of the data: the demo's own today."""
    found = Order.objects.within(workspace).aggregate(last=Max("placed_on"))
    last: date = found["last"]
    return last


def _give_points(workspace: Workspace, last_day: date) -> None:
    """Points for every order, and the burning of what was not spent in time."""
    program = Program.objects.within(workspace).select_related("workspace").get()
    following.catch_up(program=program, at=_moment(workspace, last_day, time(23, 59)))


def _send_cascade(scope: Scope, last_day: date) -> Run:
    """Launch "points expire soon" two months before the end of the data; once."""
    sent: Run | None = Run.objects.within(scope).order_by("pk").first()
    if sent:
        return sent
    campaign = gateways.install(scope=scope)
    started = last_day - timedelta(days=DAYS_BEFORE_THE_END)
    return launching.launch(
        scope=scope,
        campaign=campaign,
        at=clock.now(),
        speed=SPEED,
        business_start=_moment(scope.workspace, started, time(10)),
    )


def _moment(workspace: Workspace, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(workspace.timezone))
