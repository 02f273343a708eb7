"""What beat and workers do: ask for due nightly runs, and run them."""

from typing import Any

from celery import shared_task

from analytics.services import nightly
from core import clock
from core.models import Job
from core.services.jobs import Progress


@shared_task(name="analytics.tasks.start_due_nightly")
def start_due_nightly() -> None:
    """Ask for the nightly run of every workspace whose night is over; idempotent."""
    nightly.ask_due(at=clock.now())


def recompute(job: Job, progress: Progress) -> dict[str, Any]:
    """Run one asked recomputation; running it twice gives the same figures."""
    return nightly.run(job=job, at=clock.now(), progress=progress)
