"""Tries a channel without writing to anybody: is the provider there, does it let us in."""

from datetime import datetime

from campaigns.channels.smtp_session import SmtpConfig, SmtpSession
from campaigns.models import Channel
from campaigns.services import adapters
from core.scoping import Scope
from core.services import audit

NEVER_SENT = "0"


def probe(*, scope: Scope, channel: Channel, at: datetime) -> str:
    """Connect, and write down how it went; returns what is wrong, "" when nothing is."""
    error = _try(channel)[:200]
    mine = Channel.objects.within(scope).filter(pk=channel.pk)
    mine.update(tested_at=at, test_error=error)
    audit.write(scope=scope, action="tested", target=channel, after={"error": error})
    return error


def _try(channel: Channel) -> str:
    try:
        if channel.adapter == "smtp":
            return _try_smtp(channel)
        adapter = adapters.adapter_of(channel)
        answers = not adapter.capabilities.lookup_by_ref or adapter.lookup(NEVER_SENT) is not None
    except (OSError, ValueError, KeyError) as error:
        return f"{type(error).__name__}"
    return "" if answers else "no_answer"


def _try_smtp(channel: Channel) -> str:
    known = {key: channel.config[key] for key in SmtpConfig.__slots__ if key in channel.config}
    SmtpSession(SmtpConfig(**known)).close()
    return ""
