"""Addresses of pages of figures."""

from django.urls import path

from analytics.views.cohorts import Cohorts, CohortsFile
from analytics.views.home import Home, HomeStory
from analytics.views.lifecycle import Lifecycle, LifecycleFile, Recompute, Threshold
from analytics.views.rfm import Rfm, RfmFile, RfmMovesFile
from analytics.views.segments import Segments, SegmentsFile

app_name = "analytics"
urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("story/", HomeStory.as_view(), name="home_story"),
    path("lifecycle/", Lifecycle.as_view(), name="lifecycle"),
    path("lifecycle/export/", LifecycleFile.as_view(), name="lifecycle_export"),
    path("lifecycle/threshold/", Threshold.as_view(), name="threshold"),
    path("lifecycle/recompute/", Recompute.as_view(), name="recompute"),
    path("rfm/", Rfm.as_view(), name="rfm"),
    path("rfm/export/", RfmFile.as_view(), name="rfm_export"),
    path("rfm/moves/export/", RfmMovesFile.as_view(), name="rfm_moves_export"),
    path("segments/", Segments.as_view(), name="segments"),
    path("segments/export/", SegmentsFile.as_view(), name="segments_export"),
    path("cohorts/", Cohorts.as_view(), name="cohorts"),
    path("cohorts/export/", CohortsFile.as_view(), name="cohorts_export"),
]
