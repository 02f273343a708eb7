"""The kernel's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        from core.polling import register
        from core.services import idempotency, jobs, relay

        register("relay", relay.relay_due)
        register("bulk", lambda: relay.relay_due("long"), lane="long")
        register("jobs", jobs.run_due, lane="long")
        register("idempotency", idempotency.sweep)
