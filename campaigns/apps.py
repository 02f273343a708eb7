"""Campaigns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns import audit_sayings, customer_card, invariants
        from campaigns.services import freezing, launching, people_kinds, sending
        from campaigns.views.finding import find
        from core import polling
        from core.services import jobs
        from core.ui import finding

        people_kinds.register()
        invariants.register()
        customer_card.register()
        audit_sayings.register()
        finding.register(
            "campaigns", label=_("Campaigns"), icon="send", permission="campaigns.view", find=find
        )
        jobs.register(launching.FREEZE_JOB, freezing.freeze)
        polling.register("send", sending.send_due)
