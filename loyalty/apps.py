"""The loyalty programme."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from core import clock, polling
        from core.services import jobs
        from core.subscriptions import subscribe
        from loyalty import invariants, own_cards, subscribers, tasks
        from loyalty.selectors.integrity import CHECK
        from loyalty.services import expiring
        from loyalty.services.programs import CATCH_UP

        invariants.register()
        own_cards.register()
        jobs.register(CHECK, tasks.check_books)
        jobs.register(CATCH_UP, tasks.catch_up)
        subscribe("crm.orders_changed", subscribers.follow_orders)
        subscribe("crm.orders_imported", subscribers.follow_orders, lane="long")
        subscribe("crm.refund_recorded", subscribers.follow_orders)
        polling.register("expiry", lambda: expiring.expire_everywhere(at=clock.now()), lane="long")
