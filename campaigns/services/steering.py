"""Pauses, resumes and cancels a run by compare-and-set; who came first wins."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When

from campaigns.errors import RunNotInState
from campaigns.models import Delivery, Run
from core.scoping import Scope
from core.services import audit, jobs
from core.tasks import wake


@transaction.atomic
def pause(*, scope: Scope, run: Run, at: datetime, reason: str = "") -> None:
    """No new intent after this commits; messages already intended are finished."""
    _move(run, ("running",), state="paused", paused_at=at, pause_reason=reason)
    audit.write(scope=scope, action="paused", target=run, after={"reason": reason})


@transaction.atomic
def resume(*, scope: Scope, run: Run, at: datetime) -> None:
    """Go on with the same rows; what waited gets the time back that the pause took.

    For a run whose clock hurries no time has passed: a wait of hours goes on where it stood.
    """
    run.refresh_from_db()
    pause = max(at - (run.paused_at or at), timedelta(0))
    stood = pause if run.speed > 1 else timedelta(0)
    _move(
        run, ("paused",), state="running", paused_at=None, pause_reason="",
        stood_for=F("stood_for") + stood,
    )  # fmt: skip
    Delivery.objects.within(scope).filter(run=run, state="queued").update(
        expires_at=F("expires_at") + pause, due_at=F("due_at") + stood
    )
    audit.write(scope=scope, action="resumed", target=run)
    transaction.on_commit(lambda: wake("send"))


@transaction.atomic
def cancel(*, scope: Scope, run: Run, at: datetime) -> None:
    """What is not yet being sent becomes `cancelled`; what is being sent is finished (S13).

    Whom a try before may have reached stays in doubt.
    """
    _move(run, ("freezing", "running", "paused"), state="cancelled", finished_at=at)
    if run.job is not None:
        jobs.cancel(job=run.job)
    waiting = Delivery.objects.within(scope).filter(run=run, state__in=["queued", "claimed"])
    waiting.update(
        state=Case(When(intent_at=None, then=Value("cancelled")), default=Value("unknown")),
        reason=Case(When(intent_at=None, then=Value("run_cancelled")), default=Value("in_doubt")),
        lease_token=None,
        lease_until=None,
    )
    audit.write(scope=scope, action="cancelled", target=run)


def _move(run: Run, old: tuple[str, ...], **changes: object) -> None:
    moved = Run.unscoped.filter(pk=run.pk, state__in=old).update(**changes)
    if not moved:
        raise RunNotInState
    run.refresh_from_db()
