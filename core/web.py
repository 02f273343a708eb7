"""Pages: each names its permission; the workspace comes from the URL, the role from membership."""

from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View
from django.views.generic.base import TemplateResponseMixin
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core import clock
from core.errors import DomainError, NotFound
from core.models import Membership, Workspace, standing
from core.permissions import permissions_of
from core.scoping import Scope
from core.ui import toasts
from core.ui.page_above import page_above

# As an address spells it; a percent sign of a value is spelt %25.
NUL = "%00"


class ScopedRequest(HttpRequest):
    """A request that has passed `Page.dispatch`."""

    scope: Scope
    workspace: Workspace


class Page(TemplateResponseMixin, View):
    """A page of a workspace: `/<workspace>/…`; deny by default.

    Strangers get 404 (a workspace they may not know of), members without the permission 403.
    A `DomainError` raised by a handler becomes its status with a page that says the sentence.
    """

    permission: ClassVar[str]
    request: ScopedRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        request.GET = storable(request.GET)  # type: ignore[assignment]
        slug = kwargs.pop("workspace")
        scope = scope_of(request, slug)
        self.request.scope, self.request.workspace = scope, scope.workspace
        try:
            scope.require(self.permission)
            return super().dispatch(request, *args, **kwargs)
        except DomainError as refusal:
            return self.refuse(refusal)

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """An action that is opened (reloaded, kept as a bookmark) leads to the page it is on."""
        above = page_above(request.path_info) if request.method in {"GET", "HEAD"} else ""
        return (
            redirect(above) if above else super().http_method_not_allowed(request, *args, **kwargs)
        )

    def refuse(self, refusal: DomainError) -> HttpResponse:
        """Show a refusal; a form view overrides this to show it at the field."""
        if refusal.status == NotFound.status:
            raise Http404(refusal.detail)
        page = render(
            self.request, "errors/refusal.html", {"refusal": refusal}, status=refusal.status
        )
        if self.request.method == "GET":
            return page
        # A change made in a part of a page draws no other page: the sentence stands in the corner.
        return toasts.with_answer(page, refusal.detail)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page's template with the scope in it."""
        context |= {"workspace": self.request.workspace, "scope": self.request.scope, "view": self}
        return self.render_to_response(context, status=status)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the form and back; a part of a page takes the whole page there."""
    part = HtmxDetails(request)
    if not part:
        return redirect_to_login(request.get_full_path())
    return HttpResponseClientRedirect(redirect_to_login(part.current_url_abs_path or "/").url)


def storable(asked: QueryDict) -> QueryDict:
    """The query without NULs: no text of the database has one, and to ask for it is an error."""
    written = asked.urlencode()
    return QueryDict(written.replace(NUL, "")) if NUL in written else asked


def scope_of(request: HttpRequest, slug: str) -> Scope:
    """The scope of a signed-in person in a workspace; 404 when there is none."""
    membership = (
        Membership.unscoped.filter(workspace__slug=slug, user_id=request.user.pk or 0)
        .filter(standing(clock.now()))
        .select_related("workspace")
        .first()
    )
    if membership is None:
        raise Http404(slug)
    return Scope(
        workspace=membership.workspace,
        role=membership.role,
        actor_kind="user",
        actor_id=request.user.pk or 0,
        permissions=permissions_of(membership.role),
    )
