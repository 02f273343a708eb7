"""Names of the tables that only the admin and the audit log show.

They are set beside the models, not in them, so that a word costs no migration.
"""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.backoffice.columns import COLUMNS

# The name of one row and of many, by the label of the table.
NAMES: dict[str, tuple[Any, Any]] = {
    "analytics.cohortcell": (_("cell of a cohort"), _("cells of cohorts")),
    "analytics.customerstats": (_("figures of a customer"), _("figures of customers")),
    "analytics.dirtycustomer": (_("customer to recompute"), _("customers to recompute")),
    "analytics.gapcount": (_("count of gaps"), _("counts of gaps")),
    "analytics.lifecyclemonth": (_("month of the book"), _("months of the book")),
    "analytics.snapshot": (_("snapshot of figures"), _("snapshots of figures")),
    "analytics.transitioncount": (_("count of transitions"), _("counts of transitions")),
    "campaigns.audiencemember": (_("person of an audience"), _("people of audiences")),
    "campaigns.campaignstep": (_("step of a campaign"), _("steps of campaigns")),
    "campaigns.receipt": (_("receipt of a channel"), _("receipts of channels")),
    "campaigns.runlink": (_("tracked link"), _("tracked links")),
    "campaigns.runstep": (_("step of a run"), _("steps of runs")),
    "campaigns.suppression": (_("entry of the stop list"), _("stop list")),
    "core.auditentry": (_("entry of the audit log"), _("audit log")),
    "core.event": (_("fact"), _("facts")),
    "core.idempotentrequest": (_("remembered request"), _("remembered requests")),
    "core.job": (_("job"), _("jobs")),
    "core.membership": (_("member of a workspace"), _("members of workspaces")),
    "crm.consent": (_("said consent"), _("log of consents")),
    "crm.consentstate": (_("consent as it stands"), _("consents as they stand")),
    "crm.identity": (_("contact of a customer"), _("contacts of customers")),
    "crm.importrejection": (_("refused row"), _("refused rows")),
    "crm.orderline": (_("line of an order"), _("lines of orders")),
    "crm.refundline": (_("line of a refund"), _("lines of refunds")),
    "loyalty.account": (_("account of points"), _("accounts of points")),
    "loyalty.entry": (_("entry of the books"), _("entries of the books")),
    "loyalty.lot": (_("lot of points"), _("lots of points")),
    "loyalty.lotstate": (_("rest of a lot"), _("rests of lots")),
    "loyalty.tier": (_("level"), _("levels")),
    "loyalty.transaction": (_("operation with points"), _("operations with points")),
}


# Columns that a library has named, in English.
OF_LIBRARIES = {"expiry_date"}


def name(model: type[Model]) -> None:
    """Give the table and its columns their words, where they have none of their own."""
    if words := NAMES.get(model._meta.label_lower):
        model._meta.verbose_name, model._meta.verbose_name_plural = words
    for field in model._meta.fields:
        # What a migration would write of it stays as it is.
        is_named = "verbose_name" in field.deconstruct()[3] and field.name not in OF_LIBRARIES
        if field.name in COLUMNS and not is_named:
            field.verbose_name = COLUMNS[field.name]
