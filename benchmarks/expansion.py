"""The lifecycle as everybody writes it first: every customer in every month, then lag."""

STATEMENT = """
WITH days AS (
    SELECT customer_id, placed_on AS d,
        lag(placed_on) OVER (PARTITION BY customer_id ORDER BY placed_on) AS p,
        row_number() OVER (PARTITION BY customer_id ORDER BY placed_on) AS n
    FROM (SELECT DISTINCT customer_id, placed_on FROM crm_order WHERE workspace_id = %(w)s
          AND customer_id IS NOT NULL AND is_purchase) AS distinct_days
), ends AS (
    SELECT (date_trunc('month', m) + interval '1 month - 1 day')::date AS e
    FROM generate_series(DATE '2023-01-01', DATE '2025-12-01', interval '1 month') AS m
), states AS (
    SELECT customer_id, e, max(d) AS last, count(*) AS n
    FROM days JOIN ends ON d <= e GROUP BY customer_id, e
), named AS (
    SELECT customer_id, e, CASE WHEN e - last > %(t)s THEN 'sleeping' WHEN n = 1 THEN 'new'
        ELSE 'active' END AS state FROM states
), moved AS (
    SELECT e, state, lag(state) OVER (PARTITION BY customer_id ORDER BY e) AS before FROM named
)
SELECT e, before, state, count(*) FROM moved GROUP BY 1, 2, 3
"""
