"""Segments and states as audiences: how many, what they brought lately, whom one may write to."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.models import Snapshot
from analytics.rules.segments import SEGMENTS
from analytics.selectors.reading import rows
from analytics.selectors.remembered import remembered
from campaigns.selectors.reach import still_stands

LATELY = timedelta(days=90)
# Consents change all day; a list of audiences may be this old.
REMEMBERED = timedelta(minutes=5)
STATES = ("new", "active", "sleeping")
_GROUPS = """
WITH person AS (
    SELECT customer_id, segment, state FROM analytics_customerstats
    WHERE generation = %(generation)s AND since <= %(version)s AND until > %(version)s
), bought AS (
    SELECT customer_id, sum(total) AS revenue FROM crm_order
    WHERE workspace_id = %(workspace)s AND is_purchase AND customer_id IS NOT NULL
      AND placed_on > %(since)s AND placed_on <= %(as_of)s
      AND placed_at > %(since)s::timestamp - interval '2 days'
    GROUP BY 1
), reachable AS (
    SELECT consent.customer_id, bool_or(consent.channel = 'email') AS by_email,
           bool_or(consent.channel = 'sms') AS by_sms
    FROM crm_consentstate AS consent
    JOIN crm_identity AS identity ON identity.customer_id = consent.customer_id
        AND identity.kind = CASE consent.channel WHEN 'email' THEN 'email' ELSE 'phone' END
    WHERE consent.workspace_id = %(workspace)s AND consent.purpose = 'marketing'
      AND consent.state = 'granted' AND consent.channel IN ('email', 'sms')
      AND NOT EXISTS (
        SELECT 1 FROM campaigns_suppression AS listed
        WHERE listed.workspace_id = %(workspace)s AND listed.channel_kind = consent.channel
          AND listed.address_hash = sha256(convert_to(identity.value, 'UTF8'))
          AND {stands})
    GROUP BY 1
)
SELECT person.segment, person.state, count(*), coalesce(sum(bought.revenue), 0)::bigint,
       count(*) FILTER (WHERE reachable.by_email), count(*) FILTER (WHERE reachable.by_sms),
       count(*) FILTER (WHERE reachable.by_email OR reachable.by_sms)
FROM person LEFT JOIN bought USING (customer_id) LEFT JOIN reachable USING (customer_id)
GROUP BY 1, 2
""".replace("{stands}", still_stands(customer="consent.customer_id", channel="consent.channel"))


@dataclass(frozen=True)
class Group:
    """One audience; money in minor units, gross; reach counts consent, address and stop list."""

    name: str
    customers: int = 0
    revenue: int = 0
    by_email: int = 0
    by_sms: int = 0
    reachable: int = 0


@dataclass(frozen=True)
class Groups:
    """The same base cut in two ways, and whole; revenue is of the 90 days up to the snapshot."""

    segments: list[Group]
    states: list[Group]
    whole: Group
    since: date


def groups(snapshot: Snapshot) -> Groups:
    """Every segment, best first, and every state; empty ones too."""
    since = snapshot.as_of - LATELY
    found = remembered(
        f"analytics.groups.{snapshot.pk}", REMEMBERED,
        lambda: rows(_GROUPS, {
            "generation": snapshot.generation, "version": snapshot.version,
            "workspace": snapshot.workspace_id, "since": since, "as_of": snapshot.as_of,
        }),
    )  # fmt: skip
    return Groups(
        segments=[_sum(name, [row for row in found if row[0] == name]) for name in SEGMENTS],
        states=[_sum(name, [row for row in found if row[1] == name]) for name in STATES],
        whole=_sum("", found),
        since=since + timedelta(days=1),
    )


def _sum(name: str, found: list[tuple[str, str, int, int, int, int, int]]) -> Group:
    columns = zip(*(row[2:] for row in found), strict=True)
    return Group(name, *(sum(column) for column in columns))
