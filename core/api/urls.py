"""Addresses of the API that belong to no app, its schema and its documentation."""

from django.urls import path

from core.api.documents import DocsView, SchemaView
from core.api.me import HealthApi, MeApi

app_name = "api"
urlpatterns = [
    path("v1/me", MeApi.as_view(), name="me"),
    path("v1/health", HealthApi.as_view(), name="health"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
