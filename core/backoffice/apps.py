"""Installs our admin site in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class RondoAdminConfig(AdminConfig):
    default_site = "core.backoffice.site.RondoAdminSite"
