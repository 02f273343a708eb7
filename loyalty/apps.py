"""The loyalty programme."""

from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = "Loyalty"

    def ready(self) -> None:
        from core import clock, polling
        from core.subscriptions import subscribe
        from loyalty import invariants, subscribers
        from loyalty.services import expiring

        invariants.register()
        subscribe("crm.orders_changed", subscribers.follow_orders)
        subscribe("crm.refund_recorded", subscribers.follow_orders)
        polling.register("expiry", lambda: expiring.expire_everywhere(at=clock.now()), lane="long")
