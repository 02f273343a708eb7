"""Incremental revenue with its interval, checked where the truth is known."""

import numpy as np
from numpy.typing import NDArray

from campaigns.rules.uplift import measure, verdict, with_zeros


def shoppers(generator: np.random.Generator, people: int, rate: float) -> NDArray[np.int64]:
    """Revenues of a group in which a share of the people buys, with a heavy tail."""
    bought = generator.random(people) < rate
    return np.where(bought, generator.lognormal(8, 1, people), 0).astype(np.int64)


def test_the_point_is_the_difference_of_means_times_the_treated() -> None:
    result = measure([100] * 40, [60] * 40, attributed=4_000)

    assert (result.incremental, result.low, result.high) == (1_600, 1_600, 1_600)
    assert (result.attributed, result.verdict) == (4_000, "above_zero")


def test_the_same_figures_give_the_same_interval() -> None:
    generator = np.random.default_rng(1)
    ours, theirs = shoppers(generator, 900, 0.2), shoppers(generator, 100, 0.2)

    assert measure(ours, theirs) == measure(ours, theirs)


def test_where_nothing_was_done_nineteen_intervals_in_twenty_hold_zero() -> None:
    generator = np.random.default_rng(2)
    verdicts = [
        measure(shoppers(generator, 2_700, 0.2), shoppers(generator, 300, 0.2)).verdict
        for _ in range(100)
    ]

    assert verdicts.count("holds_zero") >= 88


def test_a_true_effect_lies_in_the_interval_and_is_seen() -> None:
    generator = np.random.default_rng(3)
    ours, theirs = shoppers(generator, 45_000, 0.22), shoppers(generator, 5_000, 0.18)
    truth = 45_000 * 0.04 * np.exp(8.5)

    result = measure(ours, theirs)

    assert result.low is not None
    assert result.high is not None
    assert 0 < result.low < truth < result.high
    assert result.verdict == "above_zero"


def test_the_fast_resampling_is_the_plain_bootstrap() -> None:
    generator = np.random.default_rng(4)
    ours, theirs = shoppers(generator, 1_000, 0.2), shoppers(generator, 1_000, 0.2)
    plain = [
        generator.choice(ours, 1_000).mean() - generator.choice(theirs, 1_000).mean()
        for _ in range(4_000)
    ]
    low, high = np.quantile(plain, (0.025, 0.975)) * 1_000

    result = measure(ours, theirs)

    assert result.low is not None
    assert result.high is not None
    assert abs(result.low - low) < 0.08 * (high - low)
    assert abs(result.high - high) < 0.08 * (high - low)


def test_few_people_or_no_buyers_get_no_interval() -> None:
    assert measure([5] * 1_000, [5] * 29).verdict == "too_few"
    assert measure([0] * 1_000, [0] * 1_000).verdict == "too_few"


def test_refunds_count_against_revenue() -> None:
    assert measure([-100] * 40, [0] * 40).verdict == "below_zero"


def test_people_who_bought_nothing_are_counted() -> None:
    assert measure(with_zeros([300, 700], 100), with_zeros([], 50)).treated.per_person == 10


def test_an_interval_that_touches_zero_holds_it() -> None:
    assert (verdict(0, 10), verdict(-10, 0), verdict(-10, -1)) == (
        "holds_zero",
        "holds_zero",
        "below_zero",
    )
