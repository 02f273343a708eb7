"""Whose job is next: workspaces take turns, each with its oldest job first."""

from core.models import Job

# Fewest running jobs first, then who was served longest ago, then who has waited longest. The
# workspaces with open jobs are found by hopping over the index, one look each. The last join can
# only be a loop over the turns in their order, and it stops at the first row it could lock: no
# more than that one is locked.
NEXT = """
WITH RECURSIVE home AS (
    (SELECT workspace_id FROM core_job WHERE state IN ('queued', 'running')
     ORDER BY workspace_id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.workspace_id FROM core_job j
            WHERE j.state IN ('queued', 'running') AND j.workspace_id > home.workspace_id
            ORDER BY j.workspace_id LIMIT 1)
    FROM home WHERE home.workspace_id IS NOT NULL
), turn AS (
    SELECT h.workspace_id, first.id AS first,
           (SELECT count(*) FROM core_job j
            WHERE j.workspace_id = h.workspace_id AND j.state IN ('queued', 'running')
              AND j.state = 'running' AND j.lease_until >= statement_timestamp()) AS running,
           (SELECT max(j.started_at) FROM core_job j
            WHERE j.workspace_id = h.workspace_id) AS served
    FROM home h
    CROSS JOIN LATERAL (
        SELECT j.id FROM core_job j
        WHERE j.workspace_id = h.workspace_id AND j.state IN ('queued', 'running')
          AND (j.state = 'queued' OR j.lease_until < statement_timestamp())
          AND j.kind = ANY(%(kinds)s)
        ORDER BY j.id LIMIT 1) first
)
SELECT next.*
FROM (SELECT * FROM turn ORDER BY running, served NULLS FIRST, first) t
CROSS JOIN LATERAL (
    SELECT j.* FROM core_job j
    WHERE j.workspace_id = t.workspace_id AND j.state IN ('queued', 'running')
      AND (j.state = 'queued' OR j.lease_until < statement_timestamp())
      AND j.kind = ANY(%(kinds)s)
    ORDER BY j.id LIMIT 1
    FOR UPDATE SKIP LOCKED) next
LIMIT 1"""


def next_open(*, kinds: list[str]) -> Job | None:
    """Lock the job whose turn it is: a queued one, or one whose worker has died."""
    return next(iter(Job.unscoped.raw(NEXT, {"kinds": kinds})), None)
