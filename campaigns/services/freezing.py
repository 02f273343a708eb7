"""Collects a run's audience: members by INSERT … SELECT, then the rows of the first step.

It may be killed at any point and run again: every insert skips what is there already.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Now

from campaigns import audiences
from campaigns.models import AudienceMember, Run, RunStep
from campaigns.rules import holdout
from campaigns.services import cascade
from core.models import Job
from core.services import events
from core.services.jobs import Progress
from core.tasks import wake

CHUNK = 20_000
_MEMBERS = """
INSERT INTO campaigns_audiencemember
    (workspace_id, run_id, customer_id, is_control, variables, stop_fact)
SELECT %(run_workspace)s, %(run_id)s, chosen.customer_id, {control}, chosen.variables, ''
FROM ({chosen}) AS chosen
JOIN crm_customer AS customer ON customer.id = chosen.customer_id
WHERE customer.workspace_id = %(run_workspace)s AND customer.merged_into_id IS NULL
ON CONFLICT (run_id, customer_id) DO NOTHING
"""


def freeze(job: Job, progress: Progress) -> dict[str, Any]:
    """The job's runner: who is in, who is control, who is first; then the run begins."""
    run: Run = Run.unscoped.select_related("workspace").get(pk=job.params["run"])
    if run.state == Run.State.FREEZING:
        progress(0, None, "audience")
        _collect(run)
        _enter_all(run, progress)
        _begin(run)
    run.refresh_from_db()
    return {"run": run.pk, "audience": run.audience_size, "control": run.control_size}


@transaction.atomic
def _collect(run: Run) -> None:
    chosen = audiences.build(
        workspace_id=run.workspace_id, audience=run.audience, at=run.business_start
    )
    control = holdout.sql(workspace="%(run_workspace)s", customer="chosen.customer_id")
    share = holdout.threshold(run.control_percent / 100)
    terms: dict[str, Any] = {
        "run_workspace": run.workspace_id,
        "run_id": run.pk,
        "run_salt": run.control_salt,
        "run_share": share,
    }
    named = control.replace("%s", "%(run_salt)s", 1).replace("%s", "%(run_share)s", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS.format(control=named, chosen=chosen.sql), {**chosen.params, **terms}
        )
    _count(run)


def _count(run: Run) -> None:
    members = AudienceMember.objects.within(run.workspace_id).filter(run=run)
    counts = members.aggregate(audience=Count("id"), control=Count("id", filter=Q(is_control=True)))
    Run.unscoped.filter(pk=run.pk, state="freezing").update(
        audience_size=counts["audience"], control_size=counts["control"]
    )


def _enter_all(run: Run, progress: Progress) -> None:
    """Rows of the first step, in chunks by member id, each its own transaction."""
    step = RunStep.unscoped.select_related("run").get(run=run, position=1)
    ends = AudienceMember.objects.within(run.workspace_id).filter(run=run)
    bounds = ends.aggregate(first=Min("id"), last=Max("id"))
    if bounds["first"] is None:
        return
    total = bounds["last"] - bounds["first"] + 1
    for after in range(bounds["first"] - 1, bounds["last"], CHUNK):
        with transaction.atomic():
            cascade.enter(step=step, after=after, upto=after + CHUNK)
        progress(min(after + CHUNK - bounds["first"] + 1, total), total, "queue")


@transaction.atomic
def _begin(run: Run) -> None:
    """Start the run's clock. Nobody in the audience ends it at once."""
    begun = Run.unscoped.filter(pk=run.pk, state="freezing").update(
        state="running",
        real_start=F("real_start") if run.speed == 1 else Now(),
    )
    if begun:
        events.record(
            tenant=run.workspace_id,
            name="campaigns.run_started",
            at=run.business_start,
            payload={"run_id": run.pk},
        )
        transaction.on_commit(lambda: wake("send"))
