"""The kernel's app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from core.polling import register
        from core.services import idempotency, jobs, relay

        register("relay", relay.relay_due)
        register("jobs", jobs.run_due, lane="long")
        register("idempotency", idempotency.sweep)
