"""What is set on a channel's screen, and what its adapter is told of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from campaigns.services import adapters, configuring
from tests import build, build_campaigns


@pytest.mark.parametrize(
    ("kind", "adapter", "config"),
    [("email", "smtp", {"host": "mail"}), ("sms", "http_sms", {"url": "https://sms.example"})],
)
@pytest.mark.parametrize("addresses", [[], ["somebody@example.org"]])
def test_a_channel_whose_screen_was_saved_still_sends(
    kind: str, adapter: str, config: dict[str, Any], addresses: list[str], db: None
) -> None:
    scope = build.scope()
    channel = build_campaigns.channel(scope.workspace, kind, adapter=adapter, config=config)

    configuring.configure(
        scope=scope, channel=channel, price=Decimal(1), read_rate=Decimal(1), is_active=True,
        test_addresses=addresses,
    )  # fmt: skip

    assert channel.config == config | {"test_addresses": addresses}
    adapters.build(channel).close()


def test_a_setting_that_no_adapter_knows_is_refused(db: None) -> None:
    channel = build_campaigns.channel(
        build.workspace(), adapter="smtp", config={"host": "mail", "hsot": "mail"}
    )

    with pytest.raises(ValueError, match="hsot"):
        adapters.build(channel)


SECRETS = {
    "smtp": {"host": "mail.example", "username": "shop", "password": "canary-7f3a"},
    "http_sms": {
        "url": "https://mail.example", "api_key": "canary-7f3a",
        "webhook_secrets": ["whsec_Y2FuYXJ5LTdmM2EtY2FuYXJ5LTdmM2E="],
    },
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("adapter", SECRETS)
def test_the_screen_of_a_channel_shows_where_it_is_and_no_secret(
    client: Client, adapter: str
) -> None:
    shop = build.workspace()
    kind = "email" if adapter == "smtp" else "sms"
    channel = build_campaigns.channel(shop, kind, adapter=adapter, config=SECRETS[adapter])
    client.force_login(build.member(shop, "owner"))

    text = client.get(f"/{shop.slug}/channels/{channel.pk}/").content.decode()

    assert "mail.example" in text
    assert "canary-7f3a" not in text
    assert "whsec_" not in text
