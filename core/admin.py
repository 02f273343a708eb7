"""The admin of the kernel, and what every admin page of the product is made of."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin as PlainAdmin
from django.db.models import ForeignKey, Model
from django.db.models.fields import NOT_PROVIDED
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core import admin_names
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
from core.services import audit

PAGE = 50


class RowAdmin(ModelAdmin):  # type: ignore[misc]
    """A table with raw ids (no list of a million customers in a select) and joined columns."""

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

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _write_down(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
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

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        self.fields = [f.name for f in model._meta.fields if f.editable]
        super().__init__(model, admin_site)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


def read_only(
    model: type[Model], *, show: str, find: str = "id__exact", narrow: str = ""
) -> type[PlainAdmin[Any]]:
    """Register a table to look at: columns, searched fields and filters as words."""
    return _register(ReadOnlyAdmin, model, show, find, narrow)


def editable(
    model: type[Model], *, show: str, find: str, narrow: str = ""
) -> type[PlainAdmin[Any]]:
    """Register a small table of settings that may be edited here too."""
    return _register(RowAdmin, model, show, find, narrow)


def _register(
    base: type[RowAdmin], model: type[Model], show: str, find: str, narrow: str
) -> type[PlainAdmin[Any]]:
    names = {
        "list_display": show.split(),
        "search_fields": find.split(),
        "list_filter": narrow.split(),
    }
    admin_names.name(model)
    made: type[PlainAdmin[Any]] = type(f"{model.__name__}Admin", (base,), names)
    admin.site.register(model, made)
    return made


editable(Workspace, show="id name slug currency timezone is_demo", find="name slug")
editable(Membership, show="id workspace user role expires_at", find="user__email", narrow="role")
read_only(
    ApiKey, show="prefix workspace name scopes revoked last_used_at", find="prefix name",
    narrow="revoked",
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


@admin.register(User)
class UserAdmin(RowAdmin):
    """People; a password is set by the command line or by the reset page, never read."""

    list_display = ["id", "email", "first_name", "last_name", "is_active", "is_superuser"]
    search_fields = ["email", "first_name", "last_name"]
    list_filter = ["is_active", "is_superuser"]
    exclude = ["password", "groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False
