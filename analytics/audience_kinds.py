"""The kinds of audience that analytics adds to campaigns: an RFM segment, a lifecycle state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics import words
from campaigns import audiences
from campaigns.audiences import AudienceSql
from campaigns.errors import AudienceInvalid

# People as the newest published snapshot has them; before the first one there is nobody.
_PEOPLE = """
WITH newest AS (
    SELECT generation, version FROM analytics_snapshot
    WHERE workspace_id = %(stats_workspace)s AND published_at IS NOT NULL
    ORDER BY id DESC LIMIT 1
)
SELECT customer_id, '{{}}'::jsonb AS variables FROM analytics_customerstats
WHERE {column} = %(stats_value)s AND generation = (SELECT generation FROM newest)
  AND since <= (SELECT version FROM newest) AND until > (SELECT version FROM newest)
"""


def rfm_segment(workspace_id: int, params: Mapping[str, Any], _at: datetime) -> AudienceSql:
    """Everybody of one of the ten segments: {"segment": "at_risk"}."""
    return _people(workspace_id, params, "segment", words.SEGMENTS)


def lifecycle_state(workspace_id: int, params: Mapping[str, Any], _at: datetime) -> AudienceSql:
    """Everybody who is new, active or sleeping: {"state": "sleeping"}."""
    return _people(workspace_id, params, "state", words.STATES)


def _people(
    workspace_id: int, params: Mapping[str, Any], column: str, known: Mapping[str, Any]
) -> AudienceSql:
    value = params.get(column, "")
    if value not in known:
        message = _("Choose one of the list.")
        raise AudienceInvalid(fields=[{"field": column, "code": "unknown", "message": message}])
    return AudienceSql(
        _PEOPLE.format(column=column), {"stats_value": value, "stats_workspace": workspace_id}
    )


def register() -> None:
    """Put them into the registry of campaigns."""
    audiences.register(
        "rfm_segment", rfm_segment, _("RFM segment"),
        choices=lambda _workspace_id: list(words.SEGMENTS.items()), choice_name="segment",
    )  # fmt: skip
    audiences.register(
        "lifecycle_state", lifecycle_state, _("Lifecycle state"),
        choices=lambda _workspace_id: list(words.STATES.items()), choice_name="state",
    )  # fmt: skip
