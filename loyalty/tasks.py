"""Jobs of the programme."""

from typing import Any

from core import clock, invariants
from core.models import Job
from core.services.jobs import Progress
from loyalty.selectors import integrity, programs
from loyalty.services import following


def check_books(job: Job, progress: Progress) -> dict[str, Any]:
    """Count what breaks each promise of the books; {"broken": {name: rows}, "sizes": {…}}."""
    claims = [one for one in invariants.registered() if one.name.startswith("ledger.")]
    broken: dict[str, int] = {}
    for done, claim in enumerate(claims):
        progress(done, len(claims))
        broken[claim.name] = invariants.count(claim)
    progress(len(claims), len(claims))
    return {"broken": broken, "sizes": integrity.sizes(job.workspace_id)}


def catch_up(job: Job, progress: Progress) -> dict[str, Any]:
    """Give the points of the orders that came while the programme was off."""
    progress(0, None, "points")
    program = programs.program_of(job.workspace_id)
    followed = following.catch_up(program=program, at=clock.now())
    return {"orders": followed.accrued.transactions, "points": followed.accrued.points}
