"""Who may come into a workspace: people by role, programs by key."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager

from core.scoping import ScopedManager, TenantModel


def standing(at: datetime) -> models.Q:
    """Memberships that have not ended."""
    return models.Q(expires_at=None) | models.Q(expires_at__gt=at)


class Membership(TenantModel):
    """A user's role in a workspace; an agency's ends by itself."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MARKETER = "marketer", _("Marketer")
        ANALYST = "analyst", _("Analyst")
        AGENCY = "agency", _("Agency")
        PARTNER = "partner", _("Partner")
        CASHIER = "cashier", _("Cashier")

    user = models.ForeignKey(
        "core.User", on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(max_length=16, choices=Role)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace"], name="core_membership_one_role_each"
            )
        ]


class KeysOfAWorkspace(ScopedManager["ApiKey"], APIKeyManager):
    """Makes keys and checks their secrets; reads them within a workspace only."""


class ApiKey(AbstractAPIKey):
    """An integrator's key: stored hashed, shown once, with the scopes it carries."""

    workspace = models.ForeignKey("core.Workspace", on_delete=models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=32), default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)

    # Who calls is found by core.api.key_lookup, the one read that precedes a scope.
    objects: ClassVar[KeysOfAWorkspace] = KeysOfAWorkspace()
    unscoped: "ClassVar[models.Manager[ApiKey]]" = models.Manager()

    class Meta(AbstractAPIKey.Meta):
        base_manager_name = "unscoped"
        default_manager_name = "unscoped"
        verbose_name = _("API key")  # type: ignore[assignment]
        verbose_name_plural = _("API keys")  # type: ignore[assignment]
