"""The admin of the kernel, and what every admin page of the product is made of."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin as PlainAdmin
from django.db.models import ForeignKey, Model
from django.db.models.fields import NOT_PROVIDED
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from core import clock
from core.backoffice import names as admin_names
from core.backoffice.forms import MemberForm, PersonForm, RowForm
from core.errors import DomainError
from core.models import (
    ApiKey,
    AuditEntry,
    Event,
    IdempotentRequest,
    Job,
    Membership,
    User,
    Workspace,
)
from core.scoping import Scope
from core.services import audit, members
from core.web import storable

PAGE = 50
WRITTEN_ELSEWHERE = _("To look at only: the product itself writes these rows.")


class RowAdmin(ModelAdmin):  # type: ignore[misc]
    """A table with raw ids (no list of a million customers in a select) and joined columns.

    A row stays in its workspace and below its parent. It is not deleted: what hangs on it may be
    half a million rows, which a page that asks for a confirmation would read one by one.
    """

    form = RowForm
    actions = None
    # A sentence above the list and the row, such as where the rows are edited.
    note: Any = ""
    list_before_template = "core/admin_note.html"
    change_form_before_template = "core/admin_note.html"
    readonly_fields: Sequence[str] = ()
    list_per_page = PAGE
    list_max_show_all = PAGE
    show_full_result_count = False

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        keys = [f.name for f in model._meta.fields if isinstance(f, ForeignKey)]
        stamps = [f.name for f in model._meta.fields if f.db_default is not NOT_PROVIDED]
        self.raw_id_fields = keys
        # What the database fills in is not asked for.
        self.readonly_fields = [*self.readonly_fields, *stamps]
        self.list_select_related = [name for name in keys if name in self.list_display] or False
        super().__init__(model, admin_site)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        shown = super().get_readonly_fields(request, obj)
        return [*shown, *self.raw_id_fields] if obj else shown

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.GET = storable(request.GET)  # type: ignore[assignment]
        answer: HttpResponse = super().changelist_view(request, *args, **kwargs)
        return answer

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            return self._refused(request, refusal)
        return answer

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().delete_view(request, *args, **kwargs)
        except DomainError as refusal:
            return self._refused(request, refusal)
        return answer

    def _refused(self, request: HttpRequest, refusal: DomainError) -> HttpResponse:
        """A service refused what the form had let through: somebody was faster."""
        messages.error(request, refusal.detail)
        space = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return HttpResponseRedirect(reverse(f"{space}_changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _write_down(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            _write_down(request, "edited", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            _write_down(request, "deleted", obj)
        return super().log_deletions(request, queryset)


def _write_down(request: HttpRequest, action: str, obj: Any) -> None:
    """What an admin changes in a workspace stands in that workspace's audit log too."""
    workspace = obj if isinstance(obj, Workspace) else getattr(obj, "workspace", None)
    if workspace is not None:
        scope = Scope(
            workspace=workspace, role="admin", actor_kind="user", actor_id=request.user.pk or 0
        )
        audit.write(scope=scope, action=f"admin_{action}", target=obj)


class ReadOnlyAdmin(RowAdmin):
    """Facts and what services keep: looked at here, changed nowhere but through services."""

    note = WRITTEN_ELSEWHERE

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        self.fields = [f.name for f in model._meta.fields if f.editable]
        super().__init__(model, admin_site)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


def read_only(
    model: type[Model], *, show: str, find: str = "id__exact", narrow: str = "", note: Any = ""
) -> type[PlainAdmin[Any]]:
    """Register a table to look at: columns, searched fields and filters as words."""
    return register(ReadOnlyAdmin, model, show=show, find=find, narrow=narrow, note=note)


def register(
    base: type[RowAdmin],
    model: type[Model],
    *,
    show: str,
    find: str,
    narrow: str = "",
    note: Any = "",
) -> type[PlainAdmin[Any]]:
    """Register a table with the manners of `base`."""
    names: dict[str, Any] = {
        "list_display": show.split(),
        "search_fields": find.split(),
        "list_filter": narrow.split(),
        "note": note or base.note,
    }
    admin_names.name(model)
    made: type[PlainAdmin[Any]] = type(f"{model.__name__}Admin", (base,), names)
    admin.site.register(model, made)
    return made


class MemberAdmin(RowAdmin):
    """Who belongs to a workspace; its last owner stays."""

    form = MemberForm
    note = _("The only owner of a workspace stays its owner until there is another one.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return not (obj and members.last_owners(at=clock.now()).filter(pk=obj.pk).exists())

    def save_model(self, request: HttpRequest, obj: Any, *_args: Any, **_named: Any) -> None:  # noqa: ARG002
        members.save(membership=obj, at=clock.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ARG002
        members.remove(membership=obj, at=clock.now())


class PersonAdmin(RowAdmin):
    """People; a password is set by the command line or by the reset page, never read."""

    form = PersonForm
    exclude = ["password", "groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    note = MemberAdmin.note

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return not (obj and members.last_owners(at=clock.now()).filter(user=obj).exists())

    def save_model(self, request: HttpRequest, obj: Any, *_args: Any, **_named: Any) -> None:  # noqa: ARG002
        members.save_person(person=obj, at=clock.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ARG002
        members.remove_person(person=obj, at=clock.now())


register(
    RowAdmin, Workspace, show="id name slug currency timezone is_demo", find="name slug",
    note=_("A workspace is not deleted here: its customers, orders and points hang on it."),
)  # fmt: skip
register(
    MemberAdmin, Membership, show="id workspace user role expires_at", find="user__email",
    narrow="role",
)  # fmt: skip
register(
    PersonAdmin, User, show="id email first_name last_name is_active is_superuser",
    find="email first_name last_name", narrow="is_active is_superuser",
)  # fmt: skip
read_only(
    ApiKey, show="prefix workspace name scopes revoked last_used_at", find="prefix name",
    narrow="revoked",
    note=_("Keys are issued and revoked on the API keys page of the workspace."),
)  # fmt: skip
read_only(
    Event, show="id workspace name occurred_at relayed_at parked_at attempts", find="name",
    narrow="name",
)  # fmt: skip
read_only(
    Job, show="id workspace kind title state done total created_at", find="kind title",
    narrow="state kind",
)  # fmt: skip
read_only(
    AuditEntry, show="id workspace recorded_at actor_name action object_kind object_id",
    find="actor_name action object_id", narrow="action",
)  # fmt: skip
read_only(
    IdempotentRequest, show="id workspace actor endpoint key status created_at", find="key actor"
)
