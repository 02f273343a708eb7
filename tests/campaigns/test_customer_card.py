"""The messages of a customer on their card."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from campaigns.models import Campaign, Run
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


def test_a_renamed_campaign_leaves_what_was_sent_under_the_name_it_had() -> None:
    shop = build.workspace()
    who = campaigns.person(shop)
    made = campaigns.cascade(shop, name="Autumn")
    first = campaigns.launched(made)
    sending.send_due()
    Campaign.unscoped.filter(pk=made.pk).update(name="Winter")
    Run.unscoped.filter(pk=first.pk).update(state="cancelled")
    made.refresh_from_db()
    campaigns.launched(made)
    sending.send_due()
    owner = Client(headers={"accept-language": "en"})
    owner.force_login(build.member(shop, "owner"))

    pages = [f"customers/{who.pk}/messages/", f"customers/{who.pk}/", f"campaigns/runs/{first.pk}/"]
    messages, history, report = [
        owner.get(f"/{shop.slug}/{page}").content.decode() for page in pages
    ]

    assert (messages.count("Autumn"), messages.count("Winter")) == (2, 2)
    assert "Autumn" in history
    assert "Winter" in history
    assert "Autumn" in report
    assert "Winter" not in report


def test_what_was_launched_is_not_renamed() -> None:
    run = campaigns.launched(campaigns.cascade(build.workspace(), name="Autumn"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Run.unscoped.filter(pk=run.pk).update(name="Winter")

    run.refresh_from_db()
    assert run.name == "Autumn"
