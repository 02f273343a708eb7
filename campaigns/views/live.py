"""A run while it runs: how far each step is, what time it is for the run, what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from campaigns.models import Run
from campaigns.selectors import runs
from campaigns.views import words
from core.ui.blocks import Part

WAITING = frozenset({"queued", "claimed", "sending"})


@dataclass(frozen=True)
class LiveStep:
    """One step's people by what has become of their message."""

    number: int
    kind: str
    name: str
    wait: str
    accepted: int
    not_sent: int
    failed: int
    waiting: int
    to_come: int
    quiet: int = 0

    @property
    def parts(self) -> list[Part]:
        tones = {"email": "c1", "sms": "c3"}
        return [
            Part(gettext("taken"), self.accepted, tones.get(self.kind, "c5")),
            Part(gettext("not sent"), self.not_sent + self.failed, "hatched"),
        ]

    @property
    def whole(self) -> int:
        return self.accepted + self.not_sent + self.failed + self.waiting + self.to_come


def context(run: Run, at: datetime) -> dict[str, Any]:
    """The live part's figures; two queries."""
    steps = _steps(run)
    done = sum(step.accepted + step.not_sent + step.failed for step in steps)
    whole = sum(step.whole for step in steps)
    return {
        "live_steps": steps,
        "done": done,
        "whole": whole,
        "percent": done * 100 // whole if whole else 0,
        "business_now": runs.business_time(run, run.finished_at or at),
        "is_fast": run.speed > 1,
        "hour_takes": 3_600 / run.speed,
        "job": run.job,
        "treated": run.audience_size - run.control_size,
        "quiet": sum(step.quiet for step in steps),
    }


def _steps(run: Run) -> list[LiveStep]:
    counted: dict[int, dict[str, int]] = {}
    quiet: dict[int, int] = {}
    for row in runs.outcome_counts(run=run):
        state = "waiting" if row["state"] in WAITING else row["state"]
        states = counted.setdefault(row["position"], {})
        states[state] = states.get(state, 0) + row["people"]
        if state == "waiting" and row["reason"] == "quiet_hours":
            quiet[row["position"]] = row["people"]
    treated = run.audience_size - run.control_size
    return [
        _step(step, counted.get(step.position, {}), treated, quiet.get(step.position, 0))
        for step in run.steps.all()
    ]


def _step(step: Any, states: dict[str, int], treated: int, quiet: int) -> LiveStep:
    names = ("suppressed", "expired", "cancelled")
    return LiveStep(
        number=step.position,
        kind=step.channel_kind,
        name=words.channel(step.channel_kind),
        wait=words.wait(step.wait) if step.position > 1 else "",
        accepted=states.get("accepted", 0),
        not_sent=sum(states.get(name, 0) for name in names),
        failed=states.get("failed", 0) + states.get("unknown", 0),
        waiting=states.get("waiting", 0),
        to_come=max(0, treated - sum(states.values())),
        quiet=quiet,
    )
