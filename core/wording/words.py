"""Words for the codes that the logs keep: actions, objects, fields, facts, rights, phases."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS: dict[str, Any] = {
    "admin_added": pgettext_lazy("audit", "added in the admin"),
    "admin_edited": pgettext_lazy("audit", "changed in the admin"),
    "admin_deleted": pgettext_lazy("audit", "deleted in the admin"),
    "cancelled": pgettext_lazy("audit", "cancelled"),
    "choose_threshold": pgettext_lazy("audit", "threshold chosen"),
    "configured": pgettext_lazy("audit", "settings changed"),
    "consent_granted": pgettext_lazy("audit", "consent recorded"),
    "consent_withdrawn": pgettext_lazy("audit", "consent withdrawn"),
    "copied": pgettext_lazy("audit", "copied"),
    "created": pgettext_lazy("audit", "created"),
    "edited": pgettext_lazy("audit", "edited"),
    "exported": pgettext_lazy("audit", "exported"),
    "issued": pgettext_lazy("audit", "issued"),
    "launched": pgettext_lazy("audit", "launched"),
    "loaded": pgettext_lazy("audit", "loaded"),
    "loyalty.adjustment_undone": pgettext_lazy("audit", "change of points undone"),
    "loyalty.points_adjusted": pgettext_lazy("audit", "points changed"),
    "loyalty.program_opened": pgettext_lazy("audit", "programme opened"),
    "loyalty.switched_off": pgettext_lazy("audit", "programme switched off"),
    "loyalty.switched_on": pgettext_lazy("audit", "programme switched on"),
    "loyalty.terms_changed": pgettext_lazy("audit", "terms changed"),
    "paused": pgettext_lazy("audit", "paused"),
    "resumed": pgettext_lazy("audit", "resumed"),
    "revoked": pgettext_lazy("audit", "revoked"),
    "step_added": pgettext_lazy("audit", "step added"),
    "step_changed": pgettext_lazy("audit", "step changed"),
    "step_removed": pgettext_lazy("audit", "step removed"),
    "step_moved": pgettext_lazy("audit", "step moved"),
    "tested": pgettext_lazy("audit", "tested"),
}
FIELDS: dict[str, Any] = {
    "activation_days": pgettext_lazy("audit", "days before points can be spent"),
    "attribution_days": pgettext_lazy("audit", "purchases count for, days"),
    "audience": pgettext_lazy("audit", "audience"),
    "base_percent": pgettext_lazy("audit", "percent of an order"),
    "birth_date": pgettext_lazy("audit", "birth date"),
    "campaign": pgettext_lazy("audit", "campaign"),
    "cap": pgettext_lazy("audit", "frequency cap"),
    "channel": pgettext_lazy("audit", "channel"),
    "city": pgettext_lazy("audit", "city"),
    "control_percent": pgettext_lazy("audit", "control group, %"),
    "country": pgettext_lazy("audit", "country"),
    "days": pgettext_lazy("audit", "within, days"),
    "error": pgettext_lazy("audit", "error"),
    "expiry_days": pgettext_lazy("audit", "days until points expire"),
    "first_name": pgettext_lazy("audit", "first name"),
    "from": pgettext_lazy("audit", "copied from"),
    "gender": pgettext_lazy("audit", "gender"),
    "is_active": pgettext_lazy("audit", "in use"),
    "language": pgettext_lazy("audit", "language"),
    "last_name": pgettext_lazy("audit", "last name"),
    "lifecycle_threshold": pgettext_lazy("audit", "threshold"),
    "html": pgettext_lazy("audit", "HTML"),
    "kind": pgettext_lazy("audit", "people"),
    "min_points": pgettext_lazy("audit", "at least, points"),
    "name": pgettext_lazy("audit", "name"),
    "operation": pgettext_lazy("audit", "operation"),
    "people": pgettext_lazy("audit", "people"),
    "point_value": pgettext_lazy("audit", "value of a point"),
    "points": pgettext_lazy("audit", "points"),
    "price_micros": pgettext_lazy("audit", "price of one send"),
    "purpose": pgettext_lazy("audit", "purpose"),
    "quiet": pgettext_lazy("audit", "quiet hours"),
    "read_rate": pgettext_lazy("audit", "gets read"),
    "reason": pgettext_lazy("audit", "reason"),
    "rows": pgettext_lazy("audit", "rows"),
    "searched": pgettext_lazy("audit", "found by a search"),
    "scopes": pgettext_lazy("audit", "rights"),
    "speed": pgettext_lazy("audit", "speed of time"),
    "starts_on": pgettext_lazy("audit", "orders earn from"),
    "step": pgettext_lazy("audit", "step"),
    "steps": pgettext_lazy("audit", "steps"),
    "stop_fact": pgettext_lazy("audit", "goes on unless"),
    "subject": pgettext_lazy("audit", "subject"),
    "test_addresses": pgettext_lazy("audit", "addresses for tests"),
    "text": pgettext_lazy("audit", "text"),
    "timezone": pgettext_lazy("audit", "time zone"),
    "undone_by": pgettext_lazy("audit", "undone by operation"),
    "user": pgettext_lazy("audit", "user"),
    "version": pgettext_lazy("audit", "version"),
    "wait_hours": pgettext_lazy("audit", "wait, hours"),
    "what": pgettext_lazy("audit", "what"),
}
# What was taken away as a file.
TAKEN: dict[str, Any] = {"customers": pgettext_lazy("audit", "customers")}
FACTS: dict[str, Any] = {
    "campaigns.run_finished": _("A campaign has finished"),
    "campaigns.run_started": _("A campaign has started"),
    "crm.consent_withdrawn": _("A consent was withdrawn"),
    "crm.customers_changed": _("Customers have changed"),
    "crm.orders_changed": _("Orders have changed"),
    "crm.orders_imported": _("A file of orders was loaded"),
    "crm.refund_recorded": _("A refund was recorded"),
    "loyalty.points_accrued": _("Points were given"),
}
RIGHTS: dict[str, Any] = {
    "customers.read": _("See customers and their consents"),
    "customers.write": _("Add and change customers"),
    "orders.read": _("See orders"),
    "orders.write": _("Send orders and refunds"),
    "points.read": _("See points"),
    "points.write": _("Spend points"),
    "segments.read": _("See segments"),
}
ACTORS: dict[str, Any] = {"key": _("API key"), "system": _("the system")}
# What a job is called by its kind; one that works on something that has a name is called by that.
JOBS: dict[str, Any] = {
    "analytics.recompute": _("Recompute segments, life cycle and cohorts"),
    "campaigns.freeze_audience": _("Audience of the campaign “%(title)s”"),
    "crm.import_check": _("Check of the file %(title)s"),
    "crm.import_load": _("Loading of the file %(title)s"),
    "demo": _("Loading of the demo: %(title)s"),
    "loyalty.catch_up": _("Points for orders that came while the programme was off"),
    "loyalty.check": _("Check of the books"),
}
PHASES: dict[str, Any] = {
    "audience": _("Collecting the audience"),
    "queue": _("Putting messages in the queue"),
    "orders": _("Loading orders"),
    "people": _("Making up people and consents"),
    "points": _("Giving points"),
    "numbers": _("Computing segments and the life cycle"),
    "cascade": _("Sending the cascade"),
    "read": _("Reading the file"),
    "compare": _("Comparing with the base"),
    "write": _("Writing"),
    "history": _("Reading orders"),
    "gaps": _("Measuring gaps between purchases"),
    "transitions": _("Following the life cycle"),
    "scores": _("Scoring customers"),
    "book": _("Writing the book"),
    "publish": _("Publishing"),
}


def of_rights(scopes: Iterable[str]) -> str:
    """Rights as one phrase: only its first word begins with a capital."""
    named = [str(RIGHTS.get(one, one)) for one in scopes]
    return ", ".join([*named[:1], *(one[:1].lower() + one[1:] for one in named[1:])])


def of_object(kind: str) -> str:
    """The name of a model by its label: campaigns.campaign is "Campaign"; itself where there is none."""
    try:
        return str(capfirst(apps.get_model(kind)._meta.verbose_name))
    except (LookupError, ValueError):
        return kind


def of_job(kind: str, title: str) -> str:
    """What a job is called: by its kind in the reader's language, else as whoever asked said."""
    known = str(JOBS.get(kind, ""))
    if "%(title)s" in known and not title:
        return kind
    return known % {"title": title} if known else title or kind
