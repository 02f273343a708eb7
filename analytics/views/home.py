"""The first page: a period in six figures, the base, what wants attention, what to do next."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from analytics.selectors import days, lifecycle, today
from analytics.views import book_drawing, home_blocks, home_figures, period_picker
from core import clock
from core.web import Page, ScopedRequest
from core.wording import calendars


class Home(Page):
    permission = "home.view"
    template_name = "analytics/home.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        at, workspace = clock.now(), request.workspace
        local = clock.local_day(at, workspace.timezone)
        last = days.last_day_of_figures(workspace, at)
        period = period_picker.period_of(request.GET, last)
        book = lifecycle.pages(request.scope)[-12:]
        language = book_drawing.language()
        return self.show(
            today=f"{calendars.weekday(local, language)}, {calendars.day(local, language)}",
            picker=period_picker.picker(request.GET, period, last),
            stats=home_figures.stats(workspace, period, book),
            chart=book_drawing.stocks_chart(book),
            month=calendars.month(book[-1].first_day, language) if book else "",
            movement=home_blocks.movement(book),
            base=book[-1].month.base if book else 0,
            last=book[-1].month if book else None,
            campaigns=home_blocks.campaigns(request.scope),
            **_lists(request, at),
            **_story(request),
        )


class HomeStory(Page):
    """The demo's story while it loads; when it is over the whole page is asked for again."""

    permission = "home.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        context = _story(request) | {"workspace": request.workspace}
        response = render(request, "analytics/_story.html", context)
        if context["story_is_over"]:
            response["HX-Refresh"] = "true"
        return response


def _lists(request: ScopedRequest, at: datetime) -> dict[str, Any]:
    workspace = request.workspace
    found, progress = today.today(request.scope, at)
    steps = home_blocks.first_steps(progress, workspace)
    done = sum(step.state == "ok" for step in steps)
    return {
        "attention": home_blocks.attention(found, workspace),
        "steps": steps if done < len(steps) else [],
        "steps_done": done,
        "steps_note": _("%(done)s of %(all)s") % {"done": done, "all": len(steps)},
    }


def _story(request: ScopedRequest) -> dict[str, Any]:
    found = today.story(request.scope)
    if found is None:
        return {"story": [], "story_job": None, "story_is_over": True}
    return {
        "story": home_blocks.story(found, request.workspace),
        "story_job": found.job,
        "story_is_over": found.job.is_over,
    }
