"""The kinds of audience that campaigns itself knows; apps above add theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.audiences import AudienceSql
from campaigns.errors import AudienceInvalid
from loyalty.selectors.expiring import expiring_sql

# Anybody with a standing consent for advertising in a channel.
_REACHABLE = """
SELECT customer.id AS customer_id, '{}'::jsonb AS variables FROM crm_customer AS customer
WHERE customer.workspace_id = %(reach_workspace)s AND EXISTS (
    SELECT 1 FROM crm_consentstate AS consent
    WHERE consent.customer_id = customer.id AND consent.purpose = 'marketing'
      AND consent.state = 'granted'
)
"""
# R84: only points that are there and burn soon, only people who have bought something.
_EXPIRING = """
SELECT burning.customer_id, jsonb_build_object(
    'points', burning.points,
    'expires_on', to_char(
        (burning.first_expires_at - interval '1 microsecond') AT TIME ZONE shop.timezone,
        'YYYY-MM-DD'
    ),
    'useful_until', burning.first_expires_at,
    'burns_by', %(burn_at)s + make_interval(days => %(burn_days)s)
) AS variables
FROM ({burning}) AS burning
JOIN core_workspace AS shop ON shop.id = %(burn_workspace)s
WHERE EXISTS (
    SELECT 1 FROM crm_order
    WHERE workspace_id = shop.id AND customer_id = burning.customer_id
      AND is_purchase AND placed_at <= %(burn_at)s
)
"""
DAYS = 30
LONGEST_DAYS = 366


def everyone_reachable(workspace_id: int, _params: Mapping[str, Any], _at: datetime) -> AudienceSql:
    """Everybody who has said yes to advertising somewhere."""
    return AudienceSql(_REACHABLE, {"reach_workspace": workspace_id})


def points_expire_soon(workspace_id: int, params: Mapping[str, Any], at: datetime) -> AudienceSql:
    """Buyers with at least `min_points` that burn within `days` of the run's business time."""
    days = _number(params, "days", DAYS, LONGEST_DAYS)
    least = _number(params, "min_points", 1, 10**9)
    burning = expiring_sql(tenant=workspace_id, at=at, days=days, least=least)
    named = {"burn_workspace": workspace_id, "burn_at": at, "burn_days": days}
    return AudienceSql(_EXPIRING.format(burning=burning.sql), {**burning.params, **named})


def _number(params: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = params.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise AudienceInvalid(
            fields=[{"field": name, "code": "out_of_range",
                     "message": _("Give a whole number from 1 to %(most)s.") % {"most": most}}]
        )  # fmt: skip
    return value


def register() -> None:
    """Put them into the registry."""
    audiences.register(
        "points_expire_soon",
        points_expire_soon,
        _("Points expire soon"),
        variables=frozenset({"points", "expires_on"}),
    )
    audiences.register(
        "everyone_reachable", everyone_reachable, _("Everybody who may be written to")
    )
