"""Jobs: the list, one job watched live, its cancel button, and the sign in the top bar."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Job
from core.services import jobs
from core.ui import listing
from core.ui.blocks import Column, Crumb
from core.web import Page, ScopedRequest

COLUMNS = [
    Column(_("Job")),
    Column(_("State")),
    Column(_("Done"), end=True),
    Column(_("Asked for"), end=True),
]


class Jobs(Page):
    permission = "jobs.view"
    template_name = "core/jobs.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = Job.objects.within(request.scope).select_related("asked_by")
        page = listing.page(rows, request.GET, sorts={"id": "id"}, default="-id")
        return self.show(page=page, columns=COLUMNS)


class JobPage(Page):
    """One job; an htmx poll gets the progress alone."""

    permission = "jobs.view"
    template_name = "core/job.html"

    def get(self, request: ScopedRequest, job: int) -> HttpResponse:
        found = get_object_or_404(Job.objects.within(request.scope), pk=job)
        if is_fragment(request):
            return render(request, "core/_job.html", watched(request, found))
        crumbs = [Crumb(_("Jobs"), reverse("core:jobs", args=[request.workspace.slug]))]
        return self.show(crumbs=crumbs, **watched(request, found))


class CancelJob(Page):
    permission = "jobs.cancel"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, job: int) -> HttpResponse:
        found = get_object_or_404(Job.objects.within(request.scope), pk=job)
        jobs.cancel(job=found)
        found.refresh_from_db()
        return render(request, "core/_job.html", watched(request, found))


class JobsIndicator(Page):
    """How many jobs run, for the top bar."""

    permission = "jobs.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        is_open = Job.objects.within(request.scope).filter(state__in=["queued", "running"])
        address = reverse("core:jobs", args=[request.workspace.slug])
        return render(
            request, "core/_jobs_indicator.html", {"running": is_open.count(), "jobs_url": address}
        )


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def watched(request: ScopedRequest, job: Job) -> dict[str, Any]:
    """What the progress component needs; without the right to cancel it has no button."""
    slug = request.workspace.slug
    may_cancel = request.scope.allows("jobs.cancel")
    return {
        "job": job,
        "poll_url": reverse("core:job", args=[slug, job.pk]),
        "cancel_url": reverse("core:job_cancel", args=[slug, job.pk]) if may_cancel else "",
    }
