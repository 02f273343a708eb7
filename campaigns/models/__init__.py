"""The tables of campaigns."""

from campaigns.models.campaigns import Campaign, CampaignStep, Template
from campaigns.models.channels import Channel, Suppression
from campaigns.models.deliveries import Delivery, Receipt
from campaigns.models.runs import AudienceMember, Run, RunLink, RunStep

__all__ = [
    "AudienceMember", "Campaign", "CampaignStep", "Channel", "Delivery", "Receipt", "Run",
    "RunLink", "RunStep", "Suppression", "Template",
]  # fmt: skip
