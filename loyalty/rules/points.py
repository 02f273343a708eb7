"""How many points a sum of money gives, and how points are shared between lines."""

from collections.abc import Sequence
from decimal import Decimal

# The largest amount one entry may carry; the database refuses more (L16).
LIMIT = 10**12


def points_for(total: int, *, percent: Decimal, point_value: int) -> int:
    """Points for `total` minor units of money: floor(total x percent / 100 / point_value).

    Always rounded down, once, on the whole order: the programme never gives more than it says.
    `point_value` is what one point is worth, in minor units.
    """
    hundredths = int(percent * 100)
    return total * hundredths // (10_000 * point_value)


def share(points: int, *, weights: Sequence[int]) -> list[int]:
    """Split `points` over lines by largest remainder, so that the shares sum to `points`.

    Ties go to the earlier line. All weights zero: nothing can be shared and all get 0.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [points * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(points * weights[i] % whole), i))
    for i in by_remainder[: points - sum(shares)]:
        shares[i] += 1
    return shares


def clawed_back(accrued: int, *, refunded: int, total: int) -> int:
    """Points to have been taken back once `refunded` of `total` has been given back (L9).

    floor(A x R / T), cumulative: any split and any order of refunds ends at the same number,
    never above `accrued`, and at all of it when everything came back.
    """
    if total == 0:
        return 0
    return accrued * min(refunded, total) // total
