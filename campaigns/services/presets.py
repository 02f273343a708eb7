"""Installs what a shop begins with: two channels, texts in two languages, "points expire soon"."""

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from campaigns.models import Campaign, CampaignStep, Channel, Template
from campaigns.services import preset_texts
from campaigns.services.adapters import OWN_SETTINGS
from core.scoping import Scope

PRICES_MICROS = {"email": 30_000, "sms": 5_600_000}
SMS_REMEMBERS_SECONDS = 86_400
WAIT = timedelta(hours=6)


@transaction.atomic
def install(
    *,
    scope: Scope,
    smtp: Mapping[str, Any],
    sms: Mapping[str, Any],
    prices: Mapping[str, int] = PRICES_MICROS,
) -> Campaign:
    """The two channels and the campaign; what is there already is found again and kept.

    `smtp` is the e-mail adapter's configuration without a sender; `sms` has the gateway's "url"
    and "webhook_secret". `prices` are micros of the workspace's currency by channel kind.
    """
    email = _email(scope, smtp, prices["email"])
    text = _sms(scope, sms, prices["sms"])
    texts = install_texts(scope=scope)
    language = scope.workspace.locale if scope.workspace.locale in preset_texts.TEXTS else "en"
    found = Campaign.objects.within(scope).filter(name=preset_texts.NAMES[language]).first()
    return found or _campaign(scope, language, (email, text), texts)


def install_texts(
    *, scope: Scope, audience: str = "points_expire_soon"
) -> dict[tuple[str, str], Template]:
    """The ready texts for a kind of audience, by (language, channel kind)."""
    return {
        (language, kind): _template(scope, kind, texts)
        for language, by_kind in preset_texts.for_audience(audience).items()
        for kind, texts in by_kind.items()
    }


def _email(scope: Scope, smtp: Mapping[str, Any], price_micros: int) -> Channel:
    sender = f"{scope.workspace.name} <news@{scope.workspace.slug}.example>"
    return _channel(
        scope,
        name="E-mail",
        kind="email",
        adapter="smtp",
        config={"sender": sender, **smtp},
        price_micros=price_micros,
        read_rate=Decimal("0.20"),
    )


def _sms(scope: Scope, sms: Mapping[str, Any], price_micros: int) -> Channel:
    secret = sms.get("webhook_secret")
    config = {key: value for key, value in sms.items() if key != "webhook_secret"}
    config |= {"webhook_secrets": [secret]} if secret else {}
    return _channel(
        scope,
        name="SMS",
        kind="sms",
        adapter="http_sms",
        config={"dedup_ttl_seconds": SMS_REMEMBERS_SECONDS, **config},
        price_micros=price_micros,
        read_rate=Decimal("0.90"),
    )


def _channel(scope: Scope, *, name: str, config: dict[str, Any], **fields: Any) -> Channel:
    """A channel by its name; a provider's address that has changed since is taken over."""
    channel, is_new = Channel.unscoped.get_or_create(
        workspace_id=scope.workspace_id, name=name, defaults={"config": config, **fields}
    )
    kept = {key: channel.config[key] for key in OWN_SETTINGS if key in channel.config}
    config = {**config, **kept}
    if not is_new and channel.config != config:
        Channel.objects.within(scope).filter(pk=channel.pk).update(config=config)
        channel.config = config
    return channel


def _template(scope: Scope, kind: str, texts: preset_texts.Texts) -> Template:
    template, _ = Template.unscoped.get_or_create(
        workspace_id=scope.workspace_id,
        name=texts.name,
        channel_kind=kind,
        defaults={"subject": texts.subject, "html": texts.html, "text": texts.text},
    )
    return template


def _campaign(
    scope: Scope,
    language: str,
    channels: tuple[Channel, Channel],
    texts: Mapping[tuple[str, str], Template],
) -> Campaign:
    campaign: Campaign = Campaign.unscoped.create(
        workspace_id=scope.workspace_id,
        name=preset_texts.NAMES[language],
        audience={"kind": "points_expire_soon", "days": 30, "min_points": 1},
        control_percent=Decimal(10),
        quiet_from=time(21),
        quiet_until=time(9),
        created_by_id=scope.actor_id if scope.actor_kind == "user" else None,
    )
    for position, channel in enumerate(channels, 1):
        CampaignStep.unscoped.create(
            workspace_id=scope.workspace_id,
            campaign=campaign,
            position=position,
            channel=channel,
            template=texts[language, channel.kind],
            wait=timedelta(0) if position == 1 else WAIT,
        )
    return campaign
