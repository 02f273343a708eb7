"""The messages of a customer on their card."""

import pytest
from django.test import Client

from campaigns.services import sending, suppressing
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


def test_the_card_lists_messages_with_what_became_of_them() -> None:
    shop = build.workspace()
    who = campaigns.person(shop, reachable=["sms"])
    campaigns.launched(campaigns.cascade(shop, name="Autumn"))
    sending.send_due()
    marketer = Client(headers={"accept-language": "en"})
    marketer.force_login(build.member(shop, "marketer"))

    answer = marketer.get(f"/{shop.slug}/customers/{who.pk}/messages/")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("Autumn") == 2
    assert "no address" in text


def test_the_stop_list_says_why_a_channel_is_closed() -> None:
    shop = build.workspace()
    who = campaigns.person(shop)
    suppressing.suppress(
        workspace_id=shop.pk,
        channel_kind="email",
        addresses=[who.identities.get(kind="email").value],
        reason="complaint",
    )
    marketer = Client(headers={"accept-language": "en"})
    marketer.force_login(build.member(shop, "marketer"))

    answer = marketer.get(f"/{shop.slug}/customers/{who.pk}/")

    assert "no: complained" in answer.content.decode()
