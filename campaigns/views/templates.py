"""Texts of messages: written over a catalogue of variables, refused where they would break."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms import TemplateForm
from campaigns.models import Template
from campaigns.rules.sms_segments import segments
from campaigns.services import wording
from campaigns.services.wording import Texts
from core.errors import DomainError
from core.ui import toasts
from core.ui.blocks import Crumb
from core.web import Page, ScopedRequest


class TemplatePage(Page):
    """One text, the variables it may name, and what is wrong with it."""

    permission = "campaigns.edit"
    template_name = "campaigns/template.html"

    def get(self, request: ScopedRequest, template: int) -> HttpResponse:
        found = _template(request, template)
        form = TemplateForm(channel_kind=found.channel_kind, initial=_initial(found))
        return self.show_with(found, form)

    def post(self, request: ScopedRequest, template: int) -> HttpResponse:
        found = _template(request, template)
        form = TemplateForm(request.POST, channel_kind=found.channel_kind)
        if not form.is_valid():
            return self.show_with(found, form, status=422)
        try:
            wording.save(
                scope=request.scope, template=found, texts=_texts(form),
                version=form.cleaned_data["version"],
            )  # fmt: skip
        except DomainError as refusal:
            return self._refused(found, form, refusal)
        toasts.on_next_page(request, gettext("The text is saved."))
        return redirect(_back(request) or request.path)

    def _refused(
        self, template: Template, form: TemplateForm, refusal: DomainError
    ) -> HttpResponse:
        """Each problem stands at its field; a newer version is said above."""
        for one in refusal.fields:
            form.add_error(one["field"], one["message"])
        if not refusal.fields:
            form.add_error(None, refusal.detail)
        return self.show_with(template, form, status=refusal.status)

    def show_with(
        self, template: Template, form: TemplateForm, *, status: int = 200
    ) -> HttpResponse:
        slug = self.request.workspace.slug
        crumbs = [Crumb(_("Campaigns"), reverse("campaigns:campaigns", args=[slug]))]
        is_sms = template.channel_kind == "sms"
        return self.show(
            status=status, template=template, form=form, back=_back(self.request),
            crumbs=[*crumbs, Crumb(_("Text"))], variables=sorted(wording.known().items()),
            counted=segments(template.text) if is_sms else None,
        )  # fmt: skip


def _template(request: ScopedRequest, pk: int) -> Template:
    found: Template = get_object_or_404(Template.objects.within(request.scope), pk=pk)
    return found


def _initial(template: Template) -> dict[str, Any]:
    names = ("name", "subject", "html", "text", "version")
    return {name: getattr(template, name) for name in names}


def _texts(form: TemplateForm) -> Texts:
    values = form.cleaned_data
    return Texts(values["name"], values.get("subject", ""), values.get("html", ""), values["text"])


def _back(request: ScopedRequest) -> str:
    """The campaign one came from."""
    campaign = request.GET.get("campaign", "")
    if not campaign.isdecimal() or len(campaign) > 18:  # noqa: PLR2004 - a bigint
        return ""
    return reverse("campaigns:campaign", args=[request.workspace.slug, int(campaign)])
