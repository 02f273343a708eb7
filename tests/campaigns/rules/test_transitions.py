"""The state table of a delivery."""

import pytest

from campaigns.rules.transitions import (
    INITIAL,
    LEGAL,
    TERMINAL,
    State,
    is_legal,
    legal_pairs,
    legal_pairs_sql,
)


def test_every_state_is_in_the_table() -> None:
    assert set(LEGAL) == set(State)


def test_the_terminal_states_are_the_five_outcomes() -> None:
    assert {
        State.ACCEPTED,
        State.FAILED,
        State.SUPPRESSED,
        State.CANCELLED,
        State.EXPIRED,
    } == TERMINAL


def test_a_row_is_born_queued_or_suppressed() -> None:
    assert {State.QUEUED, State.SUPPRESSED} == INITIAL


@pytest.mark.parametrize("old", [State.QUEUED, State.CLAIMED, State.SUPPRESSED, State.CANCELLED])
def test_nothing_is_accepted_without_an_intent(old: State) -> None:
    assert not is_legal(old, State.ACCEPTED)


@pytest.mark.parametrize("new", [state for state in State if state not in TERMINAL])
def test_an_accepted_message_never_moves_again(new: State) -> None:
    assert not is_legal(State.ACCEPTED, new)


@pytest.mark.parametrize("new", [State.CANCELLED, State.EXPIRED, State.SUPPRESSED, State.CLAIMED])
def test_what_is_in_flight_cannot_be_withdrawn(new: State) -> None:
    assert not is_legal(State.SENDING, new)


def test_every_open_state_can_reach_an_end() -> None:
    reached = set(TERMINAL)
    for _ in State:
        reached |= {state for state, onward in LEGAL.items() if onward & reached}

    assert reached == set(State)


def test_deferral_keeps_the_state() -> None:
    assert is_legal(State.QUEUED, State.QUEUED)


def test_the_sql_list_names_every_pair_once() -> None:
    assert legal_pairs_sql().count("(") == len(legal_pairs()) == len(set(legal_pairs())) == 19
