"""Puts addresses on the stop list of a channel kind, as hashes."""

from collections.abc import Sequence
from hashlib import sha256

from campaigns.models import Suppression


def suppress(
    *, workspace_id: int, channel_kind: str, addresses: Sequence[str], reason: str
) -> None:
    """Never write to these addresses again. The caller holds the customers' locks."""
    rows = [
        Suppression(
            workspace_id=workspace_id,
            channel_kind=channel_kind,
            address_hash=hash_of(address),
            reason=reason,
        )
        for address in sorted(set(addresses))
    ]
    Suppression.unscoped.bulk_create(rows, ignore_conflicts=True)


def hash_of(address: str) -> bytes:
    """The hash under which an address is kept; the gate computes the same in SQL."""
    return sha256(address.encode()).digest()
