"""Campaigns in the admin: templates and channels may be edited, what was sent is looked at."""

from campaigns.models import (
    AudienceMember,
    Campaign,
    CampaignStep,
    Channel,
    Delivery,
    Receipt,
    Run,
    RunLink,
    RunStep,
    Suppression,
    Template,
)
from core.admin import editable, read_only

editable(
    Channel, show="id workspace name kind adapter price_micros is_active", find="name adapter",
    narrow="kind is_active",
)  # fmt: skip
editable(
    Template, show="id workspace name channel_kind purpose version", find="name subject",
    narrow="channel_kind purpose",
)  # fmt: skip
read_only(Campaign, show="id workspace name control_percent created_at", find="name")
read_only(
    CampaignStep, show="id workspace campaign position channel template stop_fact",
    find="campaign__name",
)  # fmt: skip
read_only(
    Run, show="id workspace campaign state audience_size control_size real_start finished_at",
    find="campaign__name", narrow="state",
)  # fmt: skip
read_only(
    RunStep, show="id workspace run position channel_kind template_name price_micros",
    find="template_name",
)  # fmt: skip
read_only(RunLink, show="id workspace step position url", find="url")
read_only(
    AudienceMember, show="id workspace run customer is_control stopped_at stop_fact",
    find="customer__id__exact", narrow="is_control",
)  # fmt: skip
read_only(
    Delivery, show="id workspace run step customer state reason due_at accepted_at",
    find="id__exact customer__id__exact provider_message_id", narrow="state",
)  # fmt: skip
read_only(
    Receipt, show="id workspace delivery kind at source is_automatic", find="delivery__id__exact",
    narrow="kind is_automatic",
)  # fmt: skip
read_only(
    Suppression, show="id workspace channel_kind reason since", find="id__exact",
    narrow="channel_kind reason",
)  # fmt: skip
