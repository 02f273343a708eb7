"""Addresses of the campaign pages, below a workspace."""

from django.urls import path

from campaigns.views.campaigns import (
    Campaigns,
    Composer,
    CopyCampaign,
    EditCampaign,
    LaunchCampaign,
)
from campaigns.views.channels import Channels, TestChannel
from campaigns.views.people_table import RunExport
from campaigns.views.runs import RunLive, RunPage, SteerRun

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", Campaigns.as_view(), name="campaigns"),
    path("campaigns/<int:campaign>/", Composer.as_view(), name="campaign"),
    path("campaigns/<int:campaign>/edit/", EditCampaign.as_view(), name="campaign_edit"),
    path("campaigns/<int:campaign>/copy/", CopyCampaign.as_view(), name="campaign_copy"),
    path("campaigns/<int:campaign>/launch/", LaunchCampaign.as_view(), name="campaign_launch"),
    path("runs/<int:run>/", RunPage.as_view(), name="run"),
    path("runs/<int:run>/live/", RunLive.as_view(), name="run_live"),
    path("runs/<int:run>/export/", RunExport.as_view(), name="run_export"),
    path("runs/<int:run>/steer/", SteerRun.as_view(), name="run_steer"),
    path("channels/", Channels.as_view(), name="channels"),
    path("channels/<int:channel>/test/", TestChannel.as_view(), name="channel_test"),
]
