"""Points the demo's channels at its local sinks, and the sinks' receipts back at us."""

import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from campaigns.models import Campaign, Channel
from campaigns.services import presets
from core import egress
from core.models import Workspace
from core.scoping import Scope
from demo.workspace import owner_scope

# The data are in pounds: 0.03 p an e-mail and 5.6 p an SMS segment, in millionths of a pound.
PRICES_MICROS = {"email": 300, "sms": 56_000}


def install(*, scope: Scope) -> Campaign:
    """The preset campaign over channels that end in the demo's own sinks."""
    sinks = json.loads(_addresses().read_text())
    campaign = presets.install(
        scope=scope,
        smtp={"host": sinks["smtp_host"], "port": sinks["smtp_port"]},
        sms={"url": sinks["sms_url"], "webhook_secret": sinks["webhook_secret"]},
        prices=PRICES_MICROS,
    )
    _report_back(scope, sinks["control_url"])
    return campaign


def reconnect(*, workspace: Workspace) -> None:
    """After a restart the sinks or we may have other ports; nothing before the first send."""
    if Channel.objects.within(workspace).exists() and _addresses().exists():
        install(scope=owner_scope(workspace))


def _addresses() -> Path:
    return Path(settings.RONDO_HOME) / "sinks" / "sinks.json"


def _report_back(scope: Scope, control_url: str) -> None:
    """Tell the SMS gateway where its receipts go."""
    channel = Channel.objects.within(scope).get(kind="sms", name="SMS")
    hook = settings.PUBLIC_URL + reverse("messages:hook", kwargs={"channel": channel.pk})
    prices = {kind: {"price_micros": price} for kind, price in PRICES_MICROS.items()}
    wishes = {**prices, "sms": {**prices["sms"], "webhooks": {"url": hook}}}
    answer = egress.fetch("PATCH", control_url, content=json.dumps(wishes).encode())
    if answer.status != 200:  # noqa: PLR2004
        raise RuntimeError(f"the SMS sink refused its settings: {answer.status}")
