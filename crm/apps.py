"""The customer base."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("CRM")

    def ready(self) -> None:
        from core.services import jobs
        from core.ui import finding
        from crm import own_cards, own_facts, tasks
        from crm.services.importing import asking
        from crm.views.finding import find

        own_cards.register()
        own_facts.register()
        jobs.register(asking.CHECK, tasks.check_file)
        jobs.register(asking.LOAD, tasks.load_file)
        finding.register(
            "customers", label=_("Customers"), icon="users", permission="customers.view", find=find
        )
