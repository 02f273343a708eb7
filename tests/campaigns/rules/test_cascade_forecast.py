"""The arithmetic of a cascade: the figures of R143 to R148, to the kopeck."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.cascade_forecast import (
    Step,
    StepFigures,
    forecast,
    price_of_a_send,
    summarise,
)

UNIT = 1_000_000
EMAIL = Step("email", 30_000, Decimal("0.20"))
WHATSAPP = Step("whatsapp", 5_600_000, Decimal("0.90"))


def test_the_price_of_a_send_comes_from_the_bill() -> None:
    assert price_of_a_send(1_500 * UNIT, 50_000) == 30_000
    assert price_of_a_send(280_000 * UNIT, 50_000) == 5_600_000


def test_a_read_costs_0_15_in_the_cheap_channel_and_6_22_in_the_dear_one() -> None:
    cheap = forecast(50_000, [EMAIL]).cost_per_read_micros
    dear = forecast(50_000, [WHATSAPP]).cost_per_read_micros

    assert (cheap, dear) == (150_000, 6_222_222)


def test_the_cascade_costs_225_500_against_280_000() -> None:
    cascade = forecast(50_000, [EMAIL, WHATSAPP])

    assert cascade.cost_micros == 225_500 * UNIT
    assert cascade.all_dear_micros == 280_000 * UNIT
    assert cascade.dear_name == "whatsapp"


def test_the_savings_are_56_000_gross_and_54_500_net() -> None:
    cascade = forecast(50_000, [EMAIL, WHATSAPP])

    assert cascade.saved_gross_micros == 56_000 * UNIT
    assert cascade.saved_net_micros == 54_500 * UNIT


def test_the_cascade_is_read_by_46_000_which_is_92_percent() -> None:
    cascade = forecast(50_000, [EMAIL, WHATSAPP])

    assert [step.recipients for step in cascade.steps] == [50_000, 40_000]
    assert [step.reads for step in cascade.steps] == [10_000, 36_000]
    assert (cascade.reads, cascade.reach) == (46_000, Decimal("0.92"))


def test_a_report_is_summed_like_the_forecast() -> None:
    planned = forecast(50_000, [EMAIL, WHATSAPP])

    assert summarise(50_000, planned.steps) == planned


def test_unread_steps_have_no_price_of_a_read() -> None:
    step = StepFigures("sms", 2_500_000, 10, 0, 25 * UNIT)

    assert step.cost_per_read_micros is None
    assert summarise(0, []).cost_per_read_micros is None
    assert summarise(0, []).reach == 0


@given(
    st.integers(0, 10**7),
    st.lists(st.tuples(st.integers(0, 10**8), st.decimals(0, 1, places=4)), min_size=1, max_size=6),
)
def test_nobody_is_reached_twice_and_a_cascade_never_costs_more_than_it_sends(
    audience: int, plan: list[tuple[int, Decimal]]
) -> None:
    summary = forecast(audience, [Step(str(i), *step) for i, step in enumerate(plan)])

    assert summary.reads <= audience
    assert all(step.recipients <= audience for step in summary.steps)
    assert summary.saved_net_micros <= summary.saved_gross_micros <= summary.all_dear_micros
