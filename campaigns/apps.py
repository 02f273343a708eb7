"""Campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "Campaigns"

    def ready(self) -> None:
        from campaigns import customer_card, invariants
        from campaigns.services import freezing, launching, people_kinds, sending
        from core import polling
        from core.services import jobs

        people_kinds.register()
        invariants.register()
        customer_card.register()
        jobs.register(launching.FREEZE_JOB, freezing.freeze)
        polling.register("send", sending.send_due)
