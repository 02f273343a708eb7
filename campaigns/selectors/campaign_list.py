"""The list of campaigns: each with its latest run, how far it is, and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from campaigns.models import Campaign, Delivery, Run
from campaigns.selectors import runs
from core.scoping import Scope

# Which states of the latest run each filter of the list takes; a draft was never launched.
FILTERS: dict[str, tuple[str, ...]] = {
    "running": ("freezing", "running"),
    "paused": ("paused",),
    "finished": ("finished", "cancelled"),
    "drafts": (),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign of the list; `done` of `whole` messages are decided."""

    campaign: Campaign
    run: Run | None
    done: int
    whole: int
    cost_micros: int


def campaigns(*, scope: Scope, find: str = "") -> QuerySet[Campaign]:
    """Campaigns that are not archived, with `latest_state` and `latest_size` of their last run."""
    latest = Run.objects.within(scope).filter(campaign=OuterRef("pk")).order_by("-id")
    return runs.campaigns(scope=scope, find=find).annotate(
        latest_state=Subquery(latest.values("state")[:1]),
        latest_size=Subquery(latest.values("audience_size")[:1]),
    )


def of_state(found: QuerySet[Campaign], name: str) -> QuerySet[Campaign]:
    """Those of one filter; an unknown one is all."""
    if name not in FILTERS:
        return found
    return found.filter(_state(name))


def _state(name: str) -> Q:
    states = FILTERS[name]
    return Q(latest_state__in=states) if states else Q(latest_state=None)


def counts(found: QuerySet[Campaign]) -> dict[str, int]:
    """How many campaigns each filter holds, and all of them under ""."""
    wanted = {name: Count("id", filter=_state(name)) for name in FILTERS}
    answer = found.aggregate(everything=Count("id"), **wanted)
    return {"": answer.pop("everything"), **answer}


def rows(*, scope: Scope, page: Sequence[Campaign]) -> list[Row]:
    """The rows of one page: three queries, however many rows."""
    ids = [one.latest_run for one in page if one.latest_run]  # type: ignore[attr-defined]
    found = Run.objects.within(scope).annotate(step_count=Count("steps")).in_bulk(ids)
    progress = runs.progress(run_ids=ids)
    spent = Delivery.objects.within(scope).filter(run__in=ids).values("run")
    costs = dict(spent.annotate(cost=Sum("cost_micros")).values_list("run", "cost"))
    return [
        _row(one, found.get(one.latest_run), progress, costs)  # type: ignore[attr-defined]
        for one in page
    ]


def _row(
    campaign: Campaign, run: Run | None, progress: dict[int, runs.Progress], costs: dict[int, int]
) -> Row:
    if run is None:
        return Row(campaign, None, 0, 0, 0)
    steps: int = getattr(run, "step_count", 0)
    return Row(
        campaign=campaign,
        run=run,
        done=progress.get(run.pk, runs.Progress()).settled,
        whole=(run.audience_size - run.control_size) * steps,
        cost_micros=costs.get(run.pk, 0),
    )
