"""What a campaign truly brought: revenue of the treated against a control group, with an interval.

Attributed revenue counts the purchases that followed a message; incremental revenue counts what
would not have happened without it: (mean of treated - mean of control) x treated. The 95 %
interval is a bootstrap over people with a fixed seed, so the same figures give the same interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Revenues = NDArray[np.int64] | Sequence[int]
Verdict = Literal["too_few", "holds_zero", "above_zero", "below_zero"]

SEED = 20_240_229
DEALS = 2_000
ENDS = (0.025, 0.975)
# Below this many people or buyers in either group an interval would be a pretence.
LEAST_PEOPLE = 30
LEAST_BUYERS = 5
# Above this many buyers the sum of those drawn is the normal law to three digits.
MANY_BUYERS = 50_000


@dataclass(frozen=True, slots=True)
class Group:
    """One group's people and what they spent, in minor units."""

    people: int
    buyers: int
    revenue: int

    @property
    def per_person(self) -> float:
        """Mean revenue of a person."""
        return self.revenue / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Uplift:
    """Both answers side by side, in minor units for the whole treated group."""

    treated: Group
    control: Group
    attributed: int
    incremental: int | None
    low: int | None
    high: int | None
    verdict: Verdict


def measure(treated: Revenues, control: Revenues, *, attributed: int = 0) -> Uplift:
    """Compare revenue per person; each array has one number a person, zeros included."""
    ours, theirs = _array(treated), _array(control)
    groups = (_group(ours), _group(theirs))
    ends = None if _are_too_few(*groups) else _interval(ours, theirs)
    if ends is None:
        return Uplift(*groups, attributed, None, None, None, "too_few")
    point = round((groups[0].per_person - groups[1].per_person) * len(ours))
    return Uplift(*groups, attributed, point, *ends, verdict(*ends))


def verdict(low: int, high: int) -> Verdict:
    """What the interval says about the effect."""
    if low > 0:
        return "above_zero"
    return "below_zero" if high < 0 else "holds_zero"


def with_zeros(spent: Revenues, people: int) -> NDArray[np.int64]:
    """One number a person from the buyers' revenues alone: the rest spent nothing."""
    bought = _array(spent)
    return np.concatenate([bought, np.zeros(people - len(bought), dtype=np.int64)])


def _array(revenues: Revenues) -> NDArray[np.int64]:
    return np.asarray(revenues, dtype=np.int64)


def _group(revenues: NDArray[np.int64]) -> Group:
    return Group(len(revenues), int(np.count_nonzero(revenues)), int(revenues.sum()))


def _are_too_few(*groups: Group) -> bool:
    return any(one.people < LEAST_PEOPLE or one.buyers < LEAST_BUYERS for one in groups)


def _interval(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> tuple[int, int] | None:
    """The lowest and the highest increment that lots would not contradict; None without a lowest.

    The highest is never above what the treated spent: no more can be owed to the send.
    """
    least, most = _ratios(ours, theirs, np.random.default_rng(SEED))
    if not np.isfinite(most):
        return None
    spent = int(ours.sum())
    return round(spent * (1 - most)), round(spent * (1 - least))


def _ratios(
    ours: NDArray[np.int64], theirs: NDArray[np.int64], generator: np.random.Generator
) -> tuple[float, float]:
    """The ends of what the treated would have spent without the send, per unit of what they did."""
    moved = generator.hypergeometric(len(ours), len(theirs), len(theirs), DEALS)
    given = _sums(ours, moved, generator)
    taken = theirs.sum() - _sums(theirs, len(theirs) - moved, generator)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = taken / given
    # A deal that moves no money on either side contradicts no ratio at all.
    least = np.quantile(np.nan_to_num(found, nan=0.0, posinf=np.inf), ENDS[0], method="lower")
    most = np.quantile(np.nan_to_num(found, nan=np.inf, posinf=np.inf), ENDS[1], method="higher")
    return float(least), float(most)


def _sums(
    revenues: NDArray[np.int64], numbers: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """What so many people spent, drawn from a group without returning; only buyers are drawn."""
    people, bought = len(revenues), revenues[revenues != 0]
    if len(bought) > MANY_BUYERS:
        spread = revenues.std() * np.sqrt(numbers * (1 - numbers / people))
        return generator.normal(numbers * revenues.mean(), spread, len(numbers))
    drawn = generator.hypergeometric(len(bought), people - len(bought), numbers)
    return np.fromiter(
        (generator.choice(bought, n, replace=False, shuffle=False).sum() for n in drawn),
        dtype=np.float64,
        count=len(drawn),
    )
