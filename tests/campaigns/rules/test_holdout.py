"""The sticky control group."""

from decimal import Decimal

import pytest

from campaigns.rules import holdout

PEOPLE = range(1, 20_001)
TENTH = Decimal("0.1")


def held_out(salt: str, share: Decimal = TENTH, workspace_id: int = 7) -> set[int]:
    return {who for who in PEOPLE if holdout.is_held_out(workspace_id, salt, who, share)}


def test_the_same_salt_holds_out_the_same_people() -> None:
    assert held_out("spring") == held_out("spring")


def test_the_share_is_exact_within_four_standard_errors() -> None:
    assert abs(len(held_out("spring")) - 2_000) < 4 * (20_000 * 0.1 * 0.9) ** 0.5


def test_a_larger_share_contains_the_smaller_one() -> None:
    assert held_out("spring") < held_out("spring", Decimal("0.2"))


def test_two_salts_are_independent() -> None:
    both = held_out("spring") & held_out("autumn")

    assert abs(len(both) - 200) < 4 * (20_000 * 0.01 * 0.99) ** 0.5


def test_two_workspaces_are_independent() -> None:
    assert held_out("spring") != held_out("spring", workspace_id=8)


@pytest.mark.parametrize(("share", "people"), [(Decimal(0), 0), (Decimal(1), 20_000)])
def test_nobody_and_everybody_are_exact(share: Decimal, people: int) -> None:
    assert len(held_out("spring", share)) == people


@pytest.mark.parametrize("share", [Decimal("-0.01"), Decimal("1.01")])
def test_a_share_outside_0_to_1_is_refused(share: Decimal) -> None:
    with pytest.raises(ValueError, match="share"):
        holdout.threshold(share)


def test_the_bucket_is_fixed_for_ever() -> None:
    assert holdout.bucket(1, "spring", 42) == 706_373_461


def test_variants_follow_their_weights() -> None:
    chosen = [holdout.variant(1, "test", who, (1, 3)) for who in PEOPLE]

    assert abs(chosen.count(0) - 5_000) < 4 * (20_000 * 0.25 * 0.75) ** 0.5
    assert set(chosen) == {0, 1}
