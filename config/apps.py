"""The project's own app: it fills the menu and names the demo's job."""

from typing import Any

from django.apps import AppConfig


class RondoConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Rondo"

    def ready(self) -> None:
        from config import menu
        from core.services import jobs

        menu.load()
        jobs.register("demo", _tell_the_story)


def _tell_the_story(*given: Any) -> dict[str, Any]:
    # Imported when told: it brings the file readers, which every start would else pay for.
    from demo import story

    return story.tell(*given)
