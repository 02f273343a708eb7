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
RESAMPLES = 2_000
# Below this many people, or with no buyer at all, an interval would be a pretence.
LEAST_PEOPLE = 30
# Above this many buyers the bootstrap of a mean is the normal law to three digits.
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
    if min(len(ours), len(theirs)) < LEAST_PEOPLE or not (groups[0].buyers + groups[1].buyers):
        return Uplift(*groups, attributed, None, None, None, "too_few")
    generator = np.random.default_rng(SEED)
    spread = _resampled_means(ours, generator) - _resampled_means(theirs, generator)
    low, high = (round(float(edge) * len(ours)) for edge in np.quantile(spread, (0.025, 0.975)))
    point = round((groups[0].per_person - groups[1].per_person) * len(ours))
    return Uplift(*groups, attributed, point, low, high, verdict(low, high))


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


def _resampled_means(
    revenues: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Means of resamples; only buyers are drawn, their number is binomial (exactly the same law)."""
    people = len(revenues)
    bought = revenues[revenues != 0]
    if len(bought) > MANY_BUYERS:
        return generator.normal(revenues.mean(), revenues.std() / people**0.5, RESAMPLES)
    numbers = generator.binomial(people, len(bought) / people, RESAMPLES)
    sums = [bought[generator.integers(0, len(bought), n)].sum() if n else 0 for n in numbers]
    return np.asarray(sums, dtype=np.float64) / people
