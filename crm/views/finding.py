"""Customers in the search palette."""

from collections.abc import Sequence

from django.urls import reverse

from core.scoping import Scope
from core.ui.finding import MOST, Hit
from crm.selectors import listing, searching


def find(scope: Scope, text: str) -> Sequence[Hit]:
    """The newest customers that match, with a contact as the note."""
    people = searching.customers(scope=scope, q=text).order_by("-pk")[:MOST]
    slug = scope.workspace.slug
    return [
        Hit(row.name, reverse("crm:customer", args=[slug, row.customer.pk]), row.phone or row.email)
        for row in listing.rows(scope=scope, people=list(people))
    ]
