"""Addresses of the endpoints of computed numbers."""

from django.urls import path

from analytics.api.segments import SegmentsApi

app_name = "analytics_api"
urlpatterns = [
    path("customers/<int:customer>/segments", SegmentsApi.as_view(), name="segments"),
]
