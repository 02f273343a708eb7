"""Which sale a cancellation undoes: the customer's last one of that product at that price.

Per customer, product and unit price the sales are a stack of units and a cancellation takes
from its top. With L the level of the stack (the running sum reflected at zero), a sale covers the
heights (L before, L after], a cancellation (L after, L before]. At any one height sales and
cancellations alternate, so the sale that a cancellation undoes at that height is simply the one
event before it there: no loop over rows is needed. What finds no height stands alone.
"""

# Sales that still have units to give back, and this file's new cancellations, in one order.
LINE_EVENTS = """
CREATE TEMP TABLE import_event AS
WITH cancel AS (
    SELECT i.line, i.position, p.id AS customer_id, i.sku, i.unit_price, i.placed_at,
           abs(i.quantity) AS units
    FROM import_item i
    JOIN import_paper d ON d.key = i.key AND d.outcome = 'created'
    JOIN import_person p ON p.external = d.customer
    WHERE i.is_refund AND i.quantity <> 0 AND i.unit_price > 0
), wanted AS MATERIALIZED (
    SELECT row_number() OVER () AS no, customer_id, sku, unit_price
    FROM cancel GROUP BY customer_id, sku, unit_price
), sold AS MATERIALIZED (
    SELECT o.customer_id, o.placed_at, l.id, l.order_id, l.sku, l.unit_price, l.quantity
    FROM (SELECT DISTINCT customer_id FROM wanted) c
    JOIN crm_order o ON o.workspace_id = %(workspace)s AND o.customer_id = c.customer_id
         AND o.is_purchase
    JOIN crm_orderline l ON l.order_id = o.id AND l.is_sale
), asked AS MATERIALIZED (
    SELECT w.no, s.id, s.order_id, s.placed_at, s.quantity
    FROM sold s JOIN wanted w USING (customer_id, sku, unit_price)
), sale AS (
    SELECT no, id, order_id, placed_at, quantity - coalesce(
               (SELECT sum(r.quantity) FROM crm_refundline r WHERE r.order_line_id = asked.id), 0
           ) AS units
    FROM asked
)"""

# In a file of orders the sale is the order itself, undone whole.
ORDER_EVENTS = """
CREATE TEMP TABLE import_event AS
WITH cancel AS (
    SELECT i.line, i.position, p.id AS customer_id, -i.amount AS unit_price, i.placed_at,
           1::numeric AS units
    FROM import_item i
    JOIN import_paper d ON d.key = i.key AND d.outcome = 'created'
    JOIN import_person p ON p.external = d.customer
    WHERE i.is_refund AND i.amount < 0
), wanted AS MATERIALIZED (
    SELECT row_number() OVER () AS no, customer_id, ''::text AS sku, unit_price
    FROM cancel GROUP BY customer_id, unit_price
), sale AS (
    SELECT w.no, NULL::bigint AS id, o.id AS order_id, o.placed_at, 1::numeric AS units
    FROM wanted w
    JOIN crm_order o ON o.workspace_id = %(workspace)s AND o.customer_id = w.customer_id
         AND o.total = w.unit_price AND o.refunded = 0 AND o.is_purchase
)"""

LEVELS = """
, event AS (
    SELECT no, placed_at, 0 AS is_cancel, order_id AS tie, coalesce(id, 0) AS tie2, id AS line_id,
           order_id, NULL::bigint AS line, units AS signed
    FROM sale WHERE units > 0
    UNION ALL
    SELECT w.no, c.placed_at, 1, c.line, 0, NULL, NULL, c.line, -c.units
    FROM cancel c JOIN wanted w USING (customer_id, unit_price)
    WHERE {same_product}
), summed AS (
    SELECT *, row_number() OVER w AS seq, sum(signed) OVER w AS running
    FROM event WINDOW w AS (PARTITION BY no ORDER BY placed_at, is_cancel, tie, tie2)
), reflected AS (
    SELECT *, running - least(0, min(running) OVER (PARTITION BY no ORDER BY seq)) AS level
    FROM summed
)
SELECT no, seq, is_cancel = 1 AS is_cancel, line_id, order_id, line, -signed AS units,
       least(level, coalesce(lag(level) OVER w, 0)) AS low,
       greatest(level, coalesce(lag(level) OVER w, 0)) AS high
FROM reflected WINDOW w AS (PARTITION BY no ORDER BY seq)"""

EVENTS = {
    "lines": LINE_EVENTS + LEVELS.format(same_product="c.sku = w.sku"),
    "orders": ORDER_EVENTS + LEVELS.format(same_product="true"),
}

# Heights between neighbouring edges: inside one no event begins or ends.
SEGMENTS = """
CREATE TEMP TABLE import_segment AS
SELECT no, edge AS low, lead(edge) OVER (PARTITION BY no ORDER BY edge) AS high
FROM (SELECT no, low AS edge FROM import_event UNION SELECT no, high FROM import_event) edges"""
SEGMENT_INDEX = "CREATE INDEX ON import_segment (no, low)"

PIECES = """
CREATE TEMP TABLE import_piece AS
WITH covered AS (
    SELECT e.line, s.high - s.low AS units, e.is_cancel,
           lag(e.line_id) OVER w AS line_id, lag(e.order_id) OVER w AS order_id
    FROM import_event e
    JOIN import_segment s ON s.no = e.no AND s.low >= e.low AND s.low < e.high
    WINDOW w AS (PARTITION BY s.no, s.low ORDER BY e.seq)
), matched AS (
    SELECT line, line_id, order_id, sum(units) AS units
    FROM covered WHERE is_cancel GROUP BY line, line_id, order_id
), alone AS (
    SELECT i.line, abs(i.quantity) - coalesce(m.units, 0) AS units, m.units IS NULL AS whole
    FROM import_item i
    JOIN import_paper d ON d.key = i.key AND d.outcome = 'created'
    LEFT JOIN (SELECT line, sum(units) AS units FROM matched GROUP BY line) m USING (line)
    WHERE i.is_refund
), piece AS (
    SELECT line, line_id, order_id, units FROM matched
    UNION ALL
    SELECT line, NULL, NULL, units FROM alone WHERE units > 0 OR whole
), placed AS (
    SELECT *, sum(units) OVER (PARTITION BY line) AS all_units,
           sum(units) OVER (PARTITION BY line ORDER BY order_id, line_id
                            ROWS UNBOUNDED PRECEDING) AS so_far
    FROM piece
)
SELECT p.line, p.line_id, p.order_id, p.units, i.key, i.sku, i.name, i.unit_price, i.position,
       -- The parts of a line add up to the line.
       CASE WHEN all_units = 0 THEN abs(i.amount) ELSE
       round(abs(i.amount) * so_far / all_units)
       - round(abs(i.amount) * (so_far - units) / all_units) END::bigint AS amount
FROM placed p JOIN import_item i USING (line)"""

REFUNDS = """
CREATE TEMP TABLE import_refund AS
SELECT nextval('crm_refund_id_seq') AS id, key, order_id, sum(amount)::bigint AS total
FROM import_piece GROUP BY key, order_id"""

WRITE_REFUNDS = """
INSERT INTO crm_refund (id, workspace_id, order_id, customer_id, source, external_id, refunded_at,
                        refunded_on, total, content_hash, last_import_id)
SELECT r.id, %(workspace)s, r.order_id, p.id, %(source)s, r.key, d.placed_at,
       (d.placed_at AT TIME ZONE %(zone)s)::date, r.total, d.hash, %(import)s
FROM import_refund r
JOIN import_paper d ON d.key = r.key
LEFT JOIN import_person p ON p.external = d.customer
ORDER BY d.first_line, r.order_id"""

WRITE_REFUND_LINES = """
INSERT INTO crm_refundline (workspace_id, refund_id, position, order_line_id, sku, name, quantity,
                            unit_price, amount)
SELECT %(workspace)s, r.id,
       row_number() OVER (PARTITION BY r.id ORDER BY p.position, p.line_id),
       p.line_id, p.sku, p.name, p.units, p.unit_price, p.amount
FROM import_piece p
JOIN import_refund r ON r.key = p.key AND r.order_id IS NOT DISTINCT FROM p.order_id"""

ADD_TO_ORDERS = """
UPDATE crm_order o SET refunded = o.refunded + r.total, updated_at = %(at)s
FROM (SELECT order_id, sum(total) AS total FROM import_refund
      WHERE order_id IS NOT NULL GROUP BY order_id) r
WHERE o.id = r.order_id"""

FIGURES = """
SELECT count(*) FILTER (WHERE order_id IS NOT NULL), count(*) FILTER (WHERE order_id IS NULL),
       coalesce(sum(amount) FILTER (WHERE order_id IS NOT NULL), 0),
       coalesce(sum(amount) FILTER (WHERE order_id IS NULL), 0)
FROM import_piece"""
