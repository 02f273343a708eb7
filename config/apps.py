"""The project's own app: it gives `config` its templates and checks."""

from django.apps import AppConfig


class RondoConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Rondo"

    def ready(self) -> None:
        from config import menu

        menu.load()
