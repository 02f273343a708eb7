"""Addresses of the campaign pages, below a workspace."""

from django.urls import path

from campaigns.views.channels import ChannelPage, Channels, SendTest
from campaigns.views.composer import (
    Composer,
    CopyCampaign,
    EditCampaign,
    LaunchCampaign,
    NewCampaign,
)
from campaigns.views.listing import Campaigns
from campaigns.views.people_table import RunExport
from campaigns.views.previews import MailPreview, PreviewPart
from campaigns.views.runs import RunLive, RunPage, SteerRun
from campaigns.views.step_tests import StepTest
from campaigns.views.steps import AddStep, ChangeStep
from campaigns.views.templates import TemplatePage

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", Campaigns.as_view(), name="campaigns"),
    path("campaigns/new/", NewCampaign.as_view(), name="campaign_new"),
    path("campaigns/<int:campaign>/", Composer.as_view(), name="campaign"),
    path("campaigns/<int:campaign>/edit/", EditCampaign.as_view(), name="campaign_edit"),
    path("campaigns/<int:campaign>/copy/", CopyCampaign.as_view(), name="campaign_copy"),
    path("campaigns/<int:campaign>/launch/", LaunchCampaign.as_view(), name="campaign_launch"),
    path("campaigns/<int:campaign>/preview/", PreviewPart.as_view(), name="campaign_preview"),
    path("campaigns/<int:campaign>/test/", StepTest.as_view(), name="campaign_test"),
    path("campaigns/<int:campaign>/steps/", AddStep.as_view(), name="step_add"),
    path("campaigns/<int:campaign>/steps/<int:step>/", ChangeStep.as_view(), name="step"),
    path(
        "campaigns/<int:campaign>/steps/<int:step>/mail/",
        MailPreview.as_view(),
        name="mail_preview",
    ),
    path("campaigns/runs/<int:run>/", RunPage.as_view(), name="run"),
    path("campaigns/runs/<int:run>/live/", RunLive.as_view(), name="run_live"),
    path("campaigns/runs/<int:run>/export/", RunExport.as_view(), name="run_export"),
    path("campaigns/runs/<int:run>/steer/", SteerRun.as_view(), name="run_steer"),
    path("campaigns/texts/<int:template>/", TemplatePage.as_view(), name="template"),
    path("channels/", Channels.as_view(), name="channels"),
    path("channels/<int:channel>/", ChannelPage.as_view(), name="channel"),
    path("channels/<int:channel>/test/", SendTest.as_view(), name="channel_test"),
]
