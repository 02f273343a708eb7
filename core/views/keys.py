"""API keys: the list, a new one whose secret is shown once, and revoking."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.models import ApiKey
from core.permissions import API_SCOPES
from core.services import keys
from core.ui import toasts
from core.ui.blocks import Column
from core.web import Page, ScopedRequest
from core.wording.words import RIGHTS

COLUMNS = [
    Column(_("Name")),
    Column(_("Begins with")),
    Column(_("Rights")),
    Column(_("Last used"), end=True),
    Column(_("State")),
    Column(""),
]


class KeyForm(forms.Form):
    """A name to know it by, the rights it carries, and a last day if it is lent."""

    name = forms.CharField(label=_("Name"), max_length=50, help_text=_("The shop, till or app."))
    scopes = forms.MultipleChoiceField(
        label=_("Rights"),
        choices=[(right, RIGHTS.get(right, right)) for right in sorted(API_SCOPES)],
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for a key without an end."),
    )

    def expires_at(self) -> datetime | None:
        """The end of the last day, in UTC."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None


@method_decorator(never_cache, name="dispatch")
class ApiKeys(Page):
    """A new key's secret is in the answer to the form and cannot be read again."""

    permission = "keys.manage"
    template_name = "core/keys.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        return self._show(request, KeyForm())

    def post(self, request: ScopedRequest) -> HttpResponse:
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        issued = keys.issue(
            scope=request.scope,
            name=form.cleaned_data["name"],
            scopes=frozenset(form.cleaned_data["scopes"]),
            expires_at=form.expires_at(),
        )
        return self._show(request, KeyForm(), issued=issued)

    def _show(
        self, request: ScopedRequest, form: KeyForm, status: int = 200, **context: Any
    ) -> HttpResponse:
        rows = ApiKey.objects.within(request.scope).order_by("-created")
        return self.show(status=status, keys=rows, columns=COLUMNS, form=form, **context)


class RevokeKey(Page):
    permission = "keys.manage"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, api_key: str) -> HttpResponse:
        found = get_object_or_404(ApiKey.objects.within(request.scope), prefix=api_key)
        keys.revoke(scope=request.scope, key=found)
        toasts.on_next_page(request, str(_("The key is revoked.")))
        return redirect(reverse("core:api_keys", args=[request.workspace.slug]))
