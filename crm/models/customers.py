"""Customers and the identities they are found by."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Replace, Reverse, Upper
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Customer(KeyedModel):
    """A person of a workspace. Contact data lives in identities, permission in consents."""

    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    gender = models.CharField(max_length=1, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    language = models.CharField(max_length=8, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    # Demo contact data and consents are invented; screens say so.
    is_made_up = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    registered_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            # What is a customer's names both, so that it is of one workspace with its customer
            # (crm/0005). Also the customers list and every keyset page of it.
            models.UniqueConstraint(fields=["workspace", "id"], name="crm_customer_of_workspace"),
            models.CheckConstraint(
                condition=models.Q(gender__in=["", "f", "m"]), name="crm_customer_gender_is_known"
            ),
        ]
        indexes = [
            # Search by a part of the name, whatever its case.
            GinIndex(
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                name="crm_customer_name_search",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"#{self.pk}"


class Identity(KeyedModel):
    """One way to find or reach a customer, stored in one normal form, unique in its workspace.

    email: lower-case, IDNA domain. phone: E.164. card and external: as given, trimmed.
    `system` names whose external id it is ("" for the shop itself).
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        CARD = "card", _("Card")
        EXTERNAL = "external", _("External id")

    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        related_name="identities",
        db_index=False,
        db_constraint=False,  # crm/0005: by workspace and id
    )
    kind = models.CharField(max_length=12, choices=Kind)
    system = models.CharField(max_length=32, blank=True)
    value = models.CharField(max_length=254)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        constraints = [
            # Also the look-up by any identity.
            models.UniqueConstraint(
                fields=["workspace", "kind", "system", "value"], name="crm_identity_one_owner"
            ),
            models.CheckConstraint(condition=~models.Q(value=""), name="crm_identity_has_value"),
            models.CheckConstraint(
                condition=~models.Q(kind="phone") | models.Q(value__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="crm_identity_phone_is_e164",
            ),
        ]
        indexes = [
            # The card and the gate: a customer's addresses.
            models.Index(fields=["customer", "kind"], name="crm_identity_of_customer"),
            # Search by the last digits of a phone, and by a card however it is spaced. Of their
            # own kind alone, so that rows of the others cost no more to write.
            models.Index(
                "workspace",
                OpClass(Reverse("value"), name="text_pattern_ops"),
                name="crm_identity_phone_tail",
                condition=models.Q(kind="phone"),
            ),
            models.Index(
                "workspace",
                Upper(Replace("value", models.Value(" "), models.Value(""))),
                name="crm_identity_plain_card",
                condition=models.Q(kind="card"),
            ),
        ]
