"""The tenant."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.zones import is_zone

# Words that URLs use themselves, so no workspace may be called so.
RESERVED_SLUGS = ("admin", "api", "login", "logout", "m", "static", "gallery", "language", "health")

CURRENCY = re.compile(r"[A-Z]{3}\Z")


class Workspace(models.Model):
    """One shop or brand: its zone, currency and language. Every tenant-owned row names it."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.CharField(
        max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")]
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    locale = models.CharField(max_length=8, default="ru")
    phone_region = models.CharField(_("phone region"), max_length=2, default="RU")
    # The analytics threshold: median, p75, p90 or a number of days, as text.
    lifecycle_threshold = models.CharField(max_length=8, default="median")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug__in=RESERVED_SLUGS), name="core_workspace_slug_is_free"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Every night and every page reads these: one that there is not would stop them."""
        wrong = {
            "timezone": not is_zone(self.timezone) and _("There is no such time zone."),
            "currency": not CURRENCY.match(self.currency) and _("Write its three letters: RUB."),
            "phone_region": self.phone_region not in phonenumbers.SUPPORTED_REGIONS
            and _("Write the two letters of a country: RU."),
        }
        if faults := {name: sentence for name, sentence in wrong.items() if sentence}:
            raise ValidationError(faults)
