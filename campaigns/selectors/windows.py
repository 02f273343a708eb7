"""How long purchases count for a run: one end for both groups and for every figure of the report."""

from datetime import datetime, timedelta

from django.db.models import Max

from campaigns.models import Delivery, Run


def window_end(run: Run) -> datetime:
    """The end as of now; it moves while messages go out."""
    sent = Delivery.objects.within(run.workspace_id).filter(run=run)
    return end_after(run, sent.aggregate(last=Max("intent_business_at"))["last"])


def end_after(run: Run, last_sent: datetime | None) -> datetime:
    """So many days after the last step could go out, or did.

    A pause, quiet hours or a slow channel move it: else messages would be held to account for
    purchases that came before them.
    """
    planned = run.business_start + sum((step.wait for step in run.steps.all()), timedelta(0))
    return max(planned, last_sent or planned) + timedelta(days=run.attribution_days)
