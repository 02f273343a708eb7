"""The statements that write an import's orders, each over one range of documents."""

PEOPLE = """
INSERT INTO crm_customer (id, workspace_id, first_name, last_name, gender, city, country,
                          language, timezone, custom, is_made_up, registered_at)
SELECT id, %(workspace)s, '', '', '', coalesce(city, ''), coalesce(country, ''), '', '', '{}',
       false, since
FROM import_person WHERE known_id IS NULL ORDER BY since, external"""

IDENTITIES = """
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT %(workspace)s, id, 'external', %(system)s, external
FROM import_person WHERE known_id IS NULL ORDER BY since, external"""

# A product is called what it was called when it last sold.
PRODUCTS = """
INSERT INTO crm_product (workspace_id, sku, name, category)
SELECT DISTINCT ON (sku) %(workspace)s, sku, name, category
FROM import_item WHERE NOT is_charge
ORDER BY sku, (name <> '') DESC, is_sale DESC, placed_at DESC
ON CONFLICT (workspace_id, sku) DO NOTHING"""

NEW_ORDERS = """
INSERT INTO crm_order (id, workspace_id, customer_id, source, external_id, placed_at, placed_on,
                       total, refunded, is_purchase, content_hash, last_import_id)
SELECT d.id, %(workspace)s, p.id, %(source)s, d.key, d.placed_at,
       (d.placed_at AT TIME ZONE %(zone)s)::date, d.total, 0, d.is_purchase, d.hash, %(import)s
FROM import_order d LEFT JOIN import_person p ON p.external = d.customer
WHERE d.outcome = 'created' AND d.no BETWEEN %(first)s AND %(last)s ORDER BY d.no"""

# How many changed, and the customers that orders went over from: nothing else leads to them then.
CHANGED_ORDERS = """
WITH changed AS (
    UPDATE crm_order o
    SET customer_id = p.id, placed_at = d.placed_at, total = d.total, is_purchase = d.is_purchase,
        placed_on = (d.placed_at AT TIME ZONE %(zone)s)::date, content_hash = d.hash,
        last_import_id = %(import)s, updated_at = %(at)s
    FROM import_order d LEFT JOIN import_person p ON p.external = d.customer
    WHERE o.id = d.id AND d.outcome = 'updated' AND d.no BETWEEN %(first)s AND %(last)s
    RETURNING o.customer_id AS is_of,
              (SELECT was.customer_id FROM crm_order was WHERE was.id = o.id) AS was_of
)
SELECT count(*), array_agg(DISTINCT was_of)
                     FILTER (WHERE was_of IS NOT NULL AND was_of IS DISTINCT FROM is_of)
FROM changed"""

_LINES = """
INSERT INTO crm_orderline (workspace_id, order_id, position, kind, product_id, sku, name,
                           quantity, unit_price, amount, is_sale)
SELECT %(workspace)s, d.id, i.position, CASE WHEN i.is_charge THEN 'charge' ELSE 'product' END,
       g.id, i.sku, i.name, i.quantity, i.unit_price, i.amount, i.is_sale
FROM import_order d
JOIN import_item i ON i.key = d.key AND NOT i.is_refund
LEFT JOIN crm_product g ON g.workspace_id = %(workspace)s AND g.sku = i.sku AND NOT i.is_charge
WHERE d.no BETWEEN %(first)s AND %(last)s AND """

NEW_LINES = _LINES + "d.outcome = 'created' ORDER BY d.no, i.position"

# A line that is another one now no longer answers for what came back.
LOOSEN_REFUNDS = """
UPDATE crm_refundline r SET order_line_id = NULL
FROM import_order d
JOIN crm_orderline l ON l.order_id = d.id
LEFT JOIN import_item i ON i.key = d.key AND NOT i.is_refund AND i.position = l.position
WHERE d.outcome = 'updated' AND d.no BETWEEN %(first)s AND %(last)s AND r.order_line_id = l.id
  AND (i.line IS NULL OR (i.sku, i.unit_price) IS DISTINCT FROM (l.sku, l.unit_price))"""

DROP_LINES = """
DELETE FROM crm_orderline l USING import_order d
WHERE l.order_id = d.id AND d.outcome = 'updated' AND d.no BETWEEN %(first)s AND %(last)s
  AND l.position > d.lines"""

CHANGED_LINES = (
    _LINES
    + """d.outcome = 'updated'
ON CONFLICT (order_id, position) DO UPDATE
SET kind = excluded.kind, product_id = excluded.product_id, sku = excluded.sku,
    name = excluded.name, quantity = excluded.quantity, unit_price = excluded.unit_price,
    amount = excluded.amount, is_sale = excluded.is_sale"""
)

COUNT_BATCH = """
SELECT coalesce(sum(lines) FILTER (WHERE outcome = 'created'), 0),
       coalesce(sum(lines) FILTER (WHERE outcome = 'updated'), 0),
       coalesce(sum(lines) FILTER (WHERE outcome = 'unchanged'), 0)
FROM import_order WHERE no BETWEEN %(first)s AND %(last)s"""

REJECTIONS = """
INSERT INTO crm_importrejection (workspace_id, of_import_id, line, "column", code, value)
SELECT %(workspace)s, %(import)s, line, left(field, 120), code, left(value, 254)
FROM import_reject ORDER BY line"""
