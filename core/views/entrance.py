"""The address without a workspace: leads a signed-in person to theirs."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from core import clock
from core.models import Membership, standing


class Entrance(LoginRequiredMixin, View):
    """`/`: the first workspace of the person by name, or a page that says there is none."""

    permission = "signed-in"

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = Membership.unscoped.filter(user_id=request.user.pk or 0)
        current = mine.filter(standing(clock.now()))
        first = current.select_related("workspace").order_by("workspace__name").first()
        if first is None:
            return render(request, "core/no_workspace.html", status=403)
        return redirect(f"/{first.workspace.slug}/")
