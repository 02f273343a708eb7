"""How one person of the audience will see the messages; the letter stands alone in a sandbox."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from campaigns.forms import TermsForm
from campaigns.selectors import drafts, previewing
from campaigns.views.composer import campaign_of, composition
from core import clock
from core.errors import DomainError
from core.web import Page, ScopedRequest

# A letter brings its own styles and nothing else: no script, no request, no frame but ours.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)


class PreviewPart(Page):
    """The preview alone, for another person of the audience."""

    permission = "campaigns.view"

    def get(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        context = composition(request, found, TermsForm(campaign=found))
        return render(request, "campaigns/_preview.html", context)


class MailPreview(Page):
    """A step's letter as HTML, for a sandboxed frame."""

    permission = "campaigns.view"

    def get(self, request: ScopedRequest, campaign: int, step: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        chosen = get_object_or_404(
            found.steps.select_related("channel", "template", "campaign"), pk=step
        )
        asked = request.GET.get("person", "")
        person = int(asked) if asked.isdecimal() and len(asked) < 19 else 0  # noqa: PLR2004
        try:
            around = drafts.reader_at(campaign=found, at=clock.now(), person=person)
        except DomainError:
            around = None
        shown = previewing.preview(
            step=chosen, reader=around.reader if around else None, shop=request.workspace
        )
        answer = HttpResponse(shown.html, content_type="text/html; charset=utf-8")
        answer["Content-Security-Policy"] = MAIL_POLICY
        answer["X-Frame-Options"] = "SAMEORIGIN"
        return answer
