"""The customers list and its CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ui import listing as keyset
from core.ui.blocks import Column, Tab
from core.web import Page, ScopedRequest
from crm import filters, spreadsheets
from crm.filters import Filter
from crm.models import Customer
from crm.selectors import listing, searching
from crm.services import exporting

COLUMNS = [
    Column(_("Customer")),
    Column(_("Phone"), hide_small=True),
    Column(_("E-mail"), hide_small=True),
    Column(_("Orders"), end=True),
    Column(_("Bought for"), end=True),
    Column(_("Last purchase"), end=True),
    Column(_("Added"), sort="added", end=True, hide_small=True),
]
MAY = {
    "": _("All"),
    "email": _("E-mail allowed"),
    "sms": _("SMS allowed"),
    "none": _("No consent"),
}
CHUNK = 1_000


class Customers(Page):
    permission = "customers.view"
    template_name = "crm/customers.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        may, wanted = request.GET.get("may", ""), filters.asked(request.GET)
        found = searching.customers(scope=request.scope, q=request.GET.get("q", ""), may=may)
        found = filters.narrowed(request.scope, found, wanted)
        page = keyset.page(
            found, request.GET, sorts={"added": "id"}, default="-added",
            total=listing.counted(found),
        )  # fmt: skip
        return self.show(
            page=page,
            rows=listing.rows(scope=request.scope, people=page.rows),
            columns=COLUMNS,
            chips=[_chip(request, key, may) for key in MAY],
            export=_export_address(request),
            filters=[_menu(request, one, wanted.get(one.key, "")) for one in filters.offered()],
            wanted=wanted,
            audience=_audience(request, wanted),
        )


@dataclass(frozen=True)
class FilterMenu:
    """A filter as it stands: its choices, or only a way out where it was come to by a link."""

    label: str
    word: str
    choices: list[Tab]
    href_without: str


def _menu(request: ScopedRequest, one: Filter, value: str) -> FilterMenu:
    def to(choice: str) -> str:
        return keyset.address(request.GET, after="", before="", **{one.key: choice})

    return FilterMenu(
        label=str(one.label),
        word=one.word(value) if value else "",
        choices=[Tab(label, to(key), current=key == value) for key, label in one.choices],
        href_without=to(""),
    )


def _audience(request: ScopedRequest, wanted: Mapping[str, str]) -> tuple[str, str] | None:
    """The audience of exactly the people shown: one filter that has one, and nothing besides."""
    if len(wanted) != 1 or request.GET.get("q") or request.GET.get("may"):
        return None
    ((key, value),) = wanted.items()
    kinds = {one.key: one.audience for one in filters.offered()}
    return (kinds[key], value) if kinds[key] else None


def _chip(request: ScopedRequest, key: str, current: str) -> Tab:
    href = keyset.address(request.GET, may=key, after="", before="")
    return Tab(MAY[key], href, current=key == current)


def _export_address(request: ScopedRequest) -> str:
    if not request.scope.allows("customers.export"):
        return ""
    address = reverse("crm:customers_export", args=[request.workspace.slug])
    return f"{address}?{request.GET.urlencode()}"


class CustomersExport(Page):
    """The list as CSV, formulas disarmed; who took it is in the audit log."""

    permission = "customers.export"

    def get(self, request: ScopedRequest) -> HttpResponseBase:
        may = request.GET.get("may", "")
        # What is written down is one of ours: an address may say anything.
        asked = {"q": request.GET.get("q", ""), "may": may if may in MAY else ""}
        asked |= filters.asked(request.GET)
        exporting.record(scope=request.scope, what="customers", asked=asked, at=clock.now())
        rows = _csv(request, asked)
        return StreamingHttpResponse(rows, headers=spreadsheets.headers("customers"))


def _csv(request: ScopedRequest, asked: dict[str, str]) -> Iterator[str]:
    head = [_("Customer"), _("External id"), _("Phone"), _("E-mail"), _("Orders"),
            _("Bought for"), _("Last purchase")]  # fmt: skip
    yield spreadsheets.MARK + spreadsheets.line(head)
    found = searching.customers(scope=request.scope, q=asked["q"], may=asked["may"])
    found = filters.narrowed(request.scope, found, filters.asked(asked)).order_by("-pk")
    last: int | None = None
    while people := list((found.filter(pk__lt=last) if last else found)[:CHUNK]):
        yield _csv_rows(request, people)
        last = people[-1].pk


def _csv_rows(request: ScopedRequest, people: list[Customer]) -> str:
    rows = listing.rows(scope=request.scope, people=people)
    return "".join(
        spreadsheets.line(
            [row.name, row.external, row.phone, row.email, row.orders,
             spreadsheets.money(row.total), row.last_on]
        )
        for row in rows
    )  # fmt: skip
