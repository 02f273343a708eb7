"""The kinds of audience that campaigns itself knows; apps above add theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.audiences import AudienceSql
from campaigns.errors import AudienceInvalid

# Anybody with a standing consent for advertising in a channel.
_REACHABLE = """
SELECT customer.id AS customer_id, '{}'::jsonb AS variables FROM crm_customer AS customer
WHERE customer.workspace_id = %s AND EXISTS (
    SELECT 1 FROM crm_consentstate AS consent
    WHERE consent.customer_id = customer.id AND consent.purpose = 'marketing'
      AND consent.state = 'granted'
)
"""
# R84: only points that are there and burn soon, only people who have bought something.
_EXPIRING = """
SELECT points.customer_id,
       jsonb_build_object('points', points.points, 'expires_on',
           to_char((points.expires_at - interval '1 microsecond') AT TIME ZONE workspace.timezone,
                   'YYYY-MM-DD'),
           'useful_until', points.expires_at) AS variables
FROM ({expiring}) AS points
JOIN core_workspace AS workspace ON workspace.id = %s
WHERE points.points >= %s AND EXISTS (
    SELECT 1 FROM crm_order
    WHERE workspace_id = workspace.id AND customer_id = points.customer_id
      AND is_purchase AND placed_at <= %s
)
"""


def everyone_reachable(workspace_id: int, _params: Mapping[str, Any], _at: datetime) -> AudienceSql:
    return AudienceSql(_REACHABLE, (workspace_id,))


def points_expire_soon(workspace_id: int, params: Mapping[str, Any], at: datetime) -> AudienceSql:
    raise AudienceInvalid


def register() -> None:
    """Put them into the registry."""
    audiences.register(
        "everyone_reachable", everyone_reachable, _("Everybody who may be written to")
    )
