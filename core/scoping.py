"""Tenant scope: whose rows a query may see, and the manager that refuses to work without it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.db import models

from core.errors import NotAllowed, ScopeRequired

if TYPE_CHECKING:
    from core.models import Workspace


@dataclass(frozen=True)
class Scope:
    """Who acts, where, and what they may do.

    `actor_kind` is "user", "key" or "system"; `actor_id` is the user's id (0 for the others),
    `actor_name` the prefix of the key.
    """

    workspace: "Workspace"
    role: str = "system"
    actor_kind: str = "system"
    actor_id: int = 0
    actor_name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def workspace_id(self) -> int:
        return self.workspace.pk

    def allows(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        if not self.allows(permission):
            raise NotAllowed(permission=permission)


M = TypeVar("M", bound=models.Model)
Tenant = "Scope | Workspace | int"


def workspace_id_of(tenant: "Scope | Workspace | int") -> int:
    """The workspace id meant by a scope, a workspace or a bare id."""
    if isinstance(tenant, int):
        return tenant
    return tenant.workspace_id if isinstance(tenant, Scope) else tenant.pk


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """Adds `within`; QuerySets of tenant-owned models inherit it."""

    def within(self, tenant: "Scope | Workspace | int") -> Self:
        return self.filter(workspace_id=workspace_id_of(tenant))


class ScopedManager(models.Manager[M]):
    """`Model.objects`: every read starts with `within(tenant)`; anything else raises."""

    queryset_class: type[models.QuerySet[Any]] = ScopedQuerySet

    def within(self, tenant: "Scope | Workspace | int") -> Any:
        queryset = self.queryset_class(model=self.model, using=self._db)
        return queryset.filter(workspace_id=workspace_id_of(tenant))

    def get_queryset(self) -> models.QuerySet[M]:
        raise ScopeRequired(f"{self.model.__name__}.objects needs .within(tenant)")

    @classmethod
    def of(cls, queryset_class: type[models.QuerySet[Any]]) -> "ScopedManager[Any]":
        """A manager whose `within` returns the given QuerySet class."""
        manager: ScopedManager[Any] = cls()
        manager.queryset_class = queryset_class
        return manager


class TenantModel(models.Model):
    """A row that belongs to one workspace.

    `objects` refuses to answer without a scope. `unscoped` is for the admin, migrations and
    engine-wide jobs; tests/architecture lists who may say it.
    """

    workspace = models.ForeignKey("core.Workspace", on_delete=models.CASCADE, related_name="+")

    objects: "ClassVar[ScopedManager[Self]]" = ScopedManager()
    unscoped: "ClassVar[models.Manager[Self]]" = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "unscoped"


class KeyedModel(TenantModel):
    """The same, where another index begins with the workspace, or rows are found by their parent.

    An index of the workspace alone would be one more to write, and it misleads: the planner takes
    it for a workspace that its statistics have not met yet, then reads all of that a row.
    """

    workspace = models.ForeignKey(
        "core.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta(TenantModel.Meta):
        abstract = True
