"""The hash under which an address stays on the stop list after its owner is erased."""

from hashlib import sha256


def hash_of(address: str) -> bytes:
    """SHA-256 of the address in its normal form; the gate computes the same in SQL."""
    return sha256(address.encode()).digest()
