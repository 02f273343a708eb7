"""The component gallery for staff: every component with invented figures, a visual test bed."""

from datetime import date
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from core.models import Membership
from core.ui import gallery_blocks, gallery_figures
from core.web import scope_of


class Gallery(LoginRequiredMixin, UserPassesTestMixin, View):
    """`/gallery/`; anybody else gets 403."""

    permission = "staff"
    request: HttpRequest

    def test_func(self) -> bool:
        return bool(self.request.user.is_authenticated and self.request.user.is_staff)

    def get(self, request: HttpRequest) -> HttpResponse:
        membership = Membership.unscoped.filter(user_id=request.user.pk or 0).first()
        if membership is None:
            raise Http404("a gallery is drawn in the frame of a workspace")
        request.scope = scope_of(request, membership.workspace.slug)  # type: ignore[attr-defined]
        context: dict[str, Any] = gallery_figures.context() | gallery_blocks.context()
        return render(request, "core/gallery.html", context | {"today": date(2026, 11, 21)})
