"""Keeps one live adapter a channel in each thread, rebuilt when the channel is reconfigured."""

import logging
import threading
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns.channels.base import ChannelAdapter
from campaigns.models import Channel

logger = logging.getLogger(__name__)
_kept = threading.local()
# How much of a provider's memory for keys we trust.
TRUSTED_SHARE = 0.8
# What a shop set on the screen of a channel; adapters know nothing of it.
OWN_SETTINGS = ("test_addresses",)


def is_kept(channel: Channel) -> bool:
    """Whether `adapter_of` gives the one it gave before, or a first one: closes none."""
    known = _known().get(channel.pk)
    return known is None or known[0] == _version(channel)


def adapter_of(channel: Channel) -> ChannelAdapter:
    """The adapter of a channel, with whatever connections it keeps open."""
    kept, version = _known(), _version(channel)
    known = kept.get(channel.pk)
    if known is not None and known[0] == version:
        return known[1]
    if known is not None:
        known[1].close()
    adapter = build(channel)
    kept[channel.pk] = (version, adapter)
    return adapter


def at_hand(channel: Channel) -> ChannelAdapter | None:
    """The same, or None where its settings build none: a broken channel costs no other one."""
    try:
        return adapter_of(channel)
    except Exception as error:  # noqa: BLE001 - settings may be wrong in any way
        logger.error("channel %s cannot be built: %s", channel.pk, type(error).__name__)  # noqa: TRY400
        return None


def _known() -> dict[int, tuple[str, ChannelAdapter]]:
    kept: dict[int, tuple[str, ChannelAdapter]] = _kept.__dict__.setdefault("adapters", {})
    return kept


def _version(channel: Channel) -> str:
    return f"{channel.adapter}:{sorted(_settings(channel).items())!r}"


def _settings(channel: Channel) -> dict[str, Any]:
    return {key: value for key, value in channel.config.items() if key not in OWN_SETTINGS}


def build(channel: Channel) -> ChannelAdapter:
    """A new adapter from the channel's configuration."""
    factory = import_string(settings.CHANNEL_ADAPTERS[channel.adapter])
    return cast("ChannelAdapter", factory(_settings(channel)))


def memory_of(channel: Channel) -> float:
    """For how many seconds after its intent a key may safely be used again; 0 for never."""
    adapter = at_hand(channel)
    return (adapter.capabilities.dedup_ttl_seconds or 0) * TRUSTED_SHARE if adapter else 0.0


def close_all() -> None:
    """Drop the connections this thread keeps."""
    for _, adapter in _kept.__dict__.pop("adapters", {}).values():
        adapter.close()
