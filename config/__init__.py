"""The project: settings, URLs, Celery and the one-command supervisor."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
