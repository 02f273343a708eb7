"""The Celery application: it wakes workers and carries no business payload."""

import os

from celery import Celery

from config import worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("rondo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker.attach()
