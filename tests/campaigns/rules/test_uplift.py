"""Incremental revenue with its interval, checked where the truth is known."""

import numpy as np
from numpy.typing import NDArray

from campaigns.rules.uplift import Uplift, measure, verdict, with_zeros


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


def whales(generator: np.random.Generator, people: int) -> NDArray[np.int64]:
    """Revenues as real shops have them: few buy, and one basket outweighs a hundred others."""
    bought = generator.random(people) < 0.15
    return np.where(bought, generator.lognormal(9, 2, people), 0).astype(np.int64)


def splits(times: int, effect: float, seed: int) -> list[tuple[Uplift, int]]:
    """The same 900 people dealt anew each time, a tenth to control, and what the send truly gave."""
    generator = np.random.default_rng(seed)
    everybody = whales(generator, 900)
    found = []
    for _ in range(times):
        is_control = generator.random(900) < 0.1
        untouched = everybody[~is_control]
        ours = (untouched * (1 + effect)).astype(np.int64)
        given = int(ours.sum() - untouched.sum())
        found.append((measure(ours, everybody[is_control]), given))
    return found


def test_a_small_control_group_with_dear_baskets_still_holds_zero_in_its_share() -> None:
    verdicts = [found.verdict for found, _ in splits(120, 0, seed=5)]

    assert verdicts.count("holds_zero") >= 110


def test_a_gain_lies_in_the_interval_in_its_share() -> None:
    found = [found for found, given in splits(120, 0.4, seed=6) if holds(found, given)]

    assert len(found) >= 110


def test_a_loss_lies_in_the_interval_in_its_share() -> None:
    found = [found for found, given in splits(120, -0.4, seed=7) if holds(found, given)]

    assert len(found) >= 110


def holds(found: Uplift, given: int) -> bool:
    assert found.low is not None
    assert found.high is not None
    return found.low <= given <= found.high


def test_no_more_is_promised_than_the_treated_have_spent() -> None:
    generator = np.random.default_rng(8)
    ours, theirs = whales(generator, 600), whales(generator, 60)

    result = measure(ours, theirs)

    assert result.high is not None
    assert result.high <= result.treated.revenue


def test_the_normal_law_for_many_buyers_is_what_drawing_them_gives() -> None:
    generator = np.random.default_rng(9)
    ours = shoppers(generator, 60_000, 0.9)
    theirs = shoppers(generator, 60_000, 0.8)
    drawn = measure(ours[:55_000], theirs)

    many = measure(ours, theirs)

    assert drawn.low is not None
    assert many.low is not None
    assert abs(many.low / drawn.low - 60 / 55) < 0.05


def test_few_people_or_buyers_get_no_interval() -> None:
    assert measure([5] * 1_000, [5] * 29).verdict == "too_few"
    assert measure([0] * 1_000, [0] * 1_000).verdict == "too_few"


def test_a_control_group_that_bought_almost_nothing_proves_nothing() -> None:
    some, enough = with_zeros([500] * 4, 100), with_zeros([500] * 5, 100)

    assert measure([500] * 900, some).verdict == "too_few"
    assert measure([500] * 900, enough).verdict == "above_zero"


def test_people_who_bought_nothing_are_counted() -> None:
    assert measure(with_zeros([300, 700], 100), with_zeros([], 50)).treated.per_person == 10


def test_an_interval_that_touches_zero_holds_it() -> None:
    assert (verdict(0, 10), verdict(-10, 0), verdict(-10, -1)) == (
        "holds_zero",
        "holds_zero",
        "below_zero",
    )
