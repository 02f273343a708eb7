"""Addresses of the kernel's pages, below a workspace."""

from django.urls import path

from core.views.audit import Audit
from core.views.facts import Facts, RetryFact
from core.views.jobs import CancelJob, JobPage, Jobs, JobsIndicator
from core.views.keys import ApiKeys, RevokeKey
from core.views.search import Search

app_name = "core"
urlpatterns = [
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/running/", JobsIndicator.as_view(), name="jobs_indicator"),
    path("jobs/<int:job>/", JobPage.as_view(), name="job"),
    path("jobs/<int:job>/cancel/", CancelJob.as_view(), name="job_cancel"),
    path("audit/", Audit.as_view(), name="audit"),
    path("keys/", ApiKeys.as_view(), name="api_keys"),
    path("keys/<slug:api_key>/revoke/", RevokeKey.as_view(), name="api_key_revoke"),
    path("facts/", Facts.as_view(), name="events"),
    path("facts/<int:event>/retry/", RetryFact.as_view(), name="event_retry"),
    path("search/", Search.as_view(), name="search"),
]
