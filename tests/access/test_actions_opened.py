"""An address of an action that is reloaded or kept leads to the page the action is on."""

import pytest
from django.test import Client

from tests import build
from tests.access.addresses import Address, addresses
from tests.access.test_language import address_of

ACTIONS = [a for a in addresses() if a.kind == "page" and a.methods == ("POST",)]


def test_there_are_actions() -> None:
    assert "campaigns:campaign_new" in {action.name for action in ACTIONS}


@pytest.mark.django_db
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_that_is_opened_leads_to_its_page(action: Address, client: Client) -> None:
    shop = build.workspace()
    client.force_login(build.member(shop, "owner"))
    address = address_of(action, shop)

    answer = client.get(address, follow=True)

    (first, status), *more = answer.redirect_chain
    assert (status, more, answer.status_code) == (302, [], 200)
    assert address.startswith(first)


@pytest.mark.django_db
def test_other_methods_are_refused_as_before(client: Client) -> None:
    shop = build.workspace()
    client.force_login(build.member(shop, "owner"))

    answer = client.put(f"/{shop.slug}/campaigns/new/")

    assert answer.status_code == 405
