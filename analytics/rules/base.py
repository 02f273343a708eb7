"""The figures of everybody who has bought, in columns, as they come out of the database."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.rules import quantiles
from analytics.rules.quantiles import Borders

Numbers = NDArray[np.int64]
Small = NDArray[np.int32]
Marks = NDArray[np.bool_]
METRICS = ("recency", "frequency", "monetary")

# A customer in 40 bytes, as PostgreSQL sends the numbers (services.history writes them).
RECORD = np.dtype(
    [("customer", ">i8"), ("revenue", ">i8"), ("orders", ">i4"), ("last_on", ">i4"),
     ("purchase_days", ">i4"), ("last_gap", ">i4"), ("refunded", ">i8")]
)  # fmt: skip


@dataclass(frozen=True)
class Base:
    """A customer stands at the same place of every column; customers are in no order.

    Recency is in days and counts from the day after the computed one, so a purchase on that day
    is one day old.
    """

    customers: Numbers
    recency: Small
    frequency: Small
    monetary: Numbers

    def cuts(self, *, ranked: frozenset[str]) -> dict[str, Borders]:
        """Where each figure is cut into fifths; ties are resolved for those scored by rank."""
        return {
            metric: quantiles.borders_of(
                getattr(self, metric), self.customers, by_rank=metric in ranked
            )
            for metric in METRICS
        }


@dataclass(frozen=True)
class People(Base):
    """A base with what the lifecycle and the totals need; `last_gap` is 0 where there is none."""

    refunded: Numbers
    is_new: Marks
    last_gap: Small

    @classmethod
    def read(cls, read: NDArray[Any], day: int) -> "People":
        """From an array of RECORD; `day` is the computed one, since `purchases.EPOCH`."""
        return cls(
            customers=read["customer"].astype(np.int64),
            recency=(day + 1 - read["last_on"]).astype(np.int32),
            frequency=read["orders"].astype(np.int32),
            monetary=read["revenue"].astype(np.int64),
            refunded=read["refunded"].astype(np.int64),
            is_new=read["purchase_days"] == 1,
            last_gap=read["last_gap"].astype(np.int32),
        )

    def days_later(self, days: int) -> "People":
        """The same people, seen so many days later."""
        return People(
            self.customers, self.recency + np.int32(days), self.frequency, self.monetary,
            self.refunded, self.is_new, self.last_gap,
        )  # fmt: skip
