"""The programme and its books."""

from loyalty.models.books import Account, Entry, Lot, LotState, Transaction
from loyalty.models.programs import Program, Tier

__all__ = ["Account", "Entry", "Lot", "LotState", "Program", "Tier", "Transaction"]
