"""The key and the payload hash of each business fact: the same fact posts once (L8)."""

from hashlib import sha256


def accrual(order_id: int) -> str:
    return f"accrue:order:{order_id}"


def reversal(order_id: int, refunded: int) -> str:
    return f"reverse:order:{order_id}:{refunded}"


def expiry(lot_id: int) -> str:
    return f"expire:lot:{lot_id}"


def undoing(transaction_id: int) -> str:
    return f"undo:{transaction_id}"


def fingerprint(kind: str, *parts: object) -> bytes:
    """sha256 of "kind:part:part…": what a repeated key must agree with.

    The set-based services compute the same text in SQL.
    """
    return sha256(":".join([kind, *map(str, parts)]).encode()).digest()
