"""Analytics."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import audience_kinds, own_cards, people_filters, subscribers, tasks
        from analytics.services import nightly
        from core.services import jobs
        from core.subscriptions import subscribe

        own_cards.register()
        audience_kinds.register()
        people_filters.register()
        jobs.register(nightly.KIND, tasks.recompute)
        subscribe("crm.orders_changed", subscribers.follow_orders)
        subscribe("crm.orders_imported", subscribers.follow_import, lane="long")
        subscribe("crm.refund_recorded", subscribers.follow_orders)
