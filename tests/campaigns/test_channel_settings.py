"""What is set on a channel's screen, and what its adapter is told of it."""

from decimal import Decimal
from typing import Any

import pytest

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
