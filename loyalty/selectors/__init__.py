"""Reads: what the programme answers to the apps above."""

from loyalty.selectors.balances import Balance, Burning, balance
from loyalty.selectors.expiring import Expiring, expiring_customers, expiring_sql
from loyalty.selectors.levels import Level, level
from loyalty.selectors.liability import Equation, by_month, equation, outstanding
from loyalty.selectors.programs import find, program_of
from loyalty.selectors.statements import Operation, recent, statement

__all__ = [
    "Balance", "Burning", "Equation", "Expiring", "Level", "Operation", "balance", "by_month",
    "equation", "expiring_customers", "expiring_sql", "find", "level", "outstanding", "program_of",
    "recent", "statement",
]  # fmt: skip
