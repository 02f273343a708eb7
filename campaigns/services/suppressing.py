"""Puts addresses on the stop list of a channel kind, as hashes."""

from collections.abc import Sequence

from campaigns.models import Suppression
from campaigns.rules.addresses import hash_of


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
