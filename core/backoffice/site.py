"""The admin: for superusers only, over our own tables only."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

APPS = frozenset({"core", "crm", "loyalty", "campaigns", "analytics"})


class RondoAdminSite(UnfoldAdminSite):  # type: ignore[misc]
    """Sees every workspace, so only a superuser comes in; the door is the product's own login."""

    site_title = "Rondo"
    site_header = "Rondo"
    index_title = _("All tables")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        if request.user.is_authenticated:
            raise PermissionDenied
        back = request.GET.get("next") or resolve_url("admin:index")
        return redirect_to_login(back)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Tables of libraries stay out: groups, their keys, their addresses."""
        if getattr(model_or_iterable, "_meta", None) is None:
            for model in model_or_iterable:
                self.register(model, admin_class, **options)
        elif model_or_iterable._meta.app_label in APPS:
            super().register(model_or_iterable, admin_class, **options)
