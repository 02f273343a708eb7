"""A campaign on the first page counts what its report counts: people of it, messages accepted."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Delivery
from campaigns.services import sending
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, text_of

pytestmark = pytest.mark.django_db


def test_the_first_page_counts_people_and_messages_as_the_report_does() -> None:
    shop = build.workspace(locale="en")
    campaigns.people(shop, 3)
    run = campaigns.launched(campaigns.cascade(shop, name="Autumn"))
    sending.send_due()
    marketer: Client = client_of(shop, "marketer")

    (row,) = marketer.get(reverse("analytics:home", args=[shop.slug])).context["campaigns"]
    text = text_of(marketer, shop, "")

    sent = Delivery.unscoped.filter(run=run, state="accepted").count()
    assert sent > 0
    assert (row.people, row.messages) == (run.audience_size, sent)
    assert row.href == reverse("campaigns:run", args=[shop.slug, run.pk])
    assert "Audience, people Messages sent" in text
