"""The search palette's answer."""

from django.http import HttpResponse
from django.shortcuts import render

from core.ui import finding
from core.web import Page, ScopedRequest

LONGEST = 200


class Search(Page):
    """Customers, campaigns and pages by a text; an empty one shows the menu."""

    permission = "home.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
        if not text:
            return render(request, "core/_pages.html")
        groups = finding.found(request.scope, text)
        return render(request, "core/_found.html", {"groups": groups, "query": text})
