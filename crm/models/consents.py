"""Consents: an append-only journal, and its fold kept by a trigger."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import TenantModel


class Consent(TenantModel):
    """One statement of will: purpose x channel, given or withdrawn, with its proof.

    Rows are never changed. A withdrawal wins over any later import or API upsert unless that
    brings its own proof (C2); crm.services.consents keeps that rule.
    """

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Advertising")
        SERVICE = "service", _("Service messages")

    class State(models.TextChoices):
        GRANTED = "granted", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.CASCADE,
        related_name="consents",
        db_index=False,  # crm_consent_of_customer begins with it
        db_constraint=False,  # crm/0005: by workspace and id
    )
    purpose = models.CharField(max_length=12, choices=Purpose)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=State)
    # When the person said it (business time), and how we know.
    stated_at = models.DateTimeField()
    source = models.CharField(max_length=32)
    proof = models.CharField(max_length=254, blank=True)
    text_version = models.CharField(max_length=32, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            # The consent log of a customer.
            models.Index(fields=["customer", "-id"], name="crm_consent_of_customer"),
        ]


class ConsentState(TenantModel):
    """The fold of the journal for one customer, purpose and channel; written by trigger only."""

    customer = models.ForeignKey(
        "crm.Customer",
        on_delete=models.CASCADE,
        related_name="consent_states",
        db_index=False,
        db_constraint=False,
    )
    purpose = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    since = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            # Also the gate's look-up.
            models.UniqueConstraint(
                fields=["customer", "channel", "purpose"], name="crm_consentstate_one_answer"
            )
        ]
