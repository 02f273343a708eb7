"""Orders of an import in SQL: from staged rows to documents with an outcome each.

`import_line` is the file; `import_item` the rows taken, each with the key of its document;
`import_order` and `import_paper` the documents, compared with what the base already has.
"""

TABLES = (
    "import_line", "import_reject", "import_item", "import_order", "import_paper",
    "import_person", "import_event", "import_segment", "import_piece", "import_refund",
)  # fmt: skip

STAGE = """
CREATE TEMP TABLE import_line (
    line bigint, order_id text, customer text, placed_at timestamptz, sku text DEFAULT '',
    is_charge boolean DEFAULT true, name text DEFAULT '', category text DEFAULT '',
    country text DEFAULT '', city text DEFAULT '', quantity numeric(14, 3), unit_price numeric(16, 4), amount bigint
)"""

# What the file's own numbering says: C papers among plain numbers, numbers shared by customers,
# rows that share a number or have none, numbers of several rows.
HABITS = """
SELECT count(*) FILTER (WHERE is_c), count(*) FILTER (WHERE is_c AND minus), count(*),
       count(*) FILTER (WHERE shared AND order_id IS NOT NULL), coalesce(max(lines * largest), 0),
       count(*) FILTER (WHERE lines > 1 OR order_id IS NULL),
       count(*) FILTER (WHERE lines > 1 AND order_id IS NOT NULL)
FROM (
    SELECT order_id, left(order_id, 1) = 'C' AND order_id ~ '^C[0-9]+$' AS is_c,
           bool_or(quantity < 0 OR amount < 0) AS minus, min(customer) <> max(customer) AS shared,
           count(*) AS lines, max(abs(amount)) AS largest
    FROM import_line GROUP BY order_id
) numbers"""
PLAIN_NUMBERS = "SELECT count(DISTINCT order_id) FROM import_line WHERE order_id ~ '^[0-9]+$'"

# Numbers given anew: what tells the orders of one number apart is the customer and the day. In a
# file of orders either is enough; lines of one order may be of several days, or bear a wrong
# customer, so there it takes both, or, where customers count their own, days that are not next
# to each other. The earliest order of a number keeps it as it is.
DAY = "(placed_at AT TIME ZONE %(zone)s)::date"
_WHOSE = "coalesce(customer, '')"
_OTHERS = f"min({_WHOSE}) OVER number <> max({_WHOSE}) OVER number"
_OTHER_DAYS = f"min({DAY}) OVER number <> max({DAY}) OVER number"
_FAR_DAYS = f"max({DAY}) OVER number - min({DAY}) OVER number > 1"
_NUMBER = "PARTITION BY order_id, quantity < 0"
_RENEWED = {
    ("orders", False): (f"{_OTHERS} OR {_OTHER_DAYS}", _NUMBER),
    ("orders", True): (_OTHER_DAYS, f"{_NUMBER}, customer"),
    ("lines", False): (f"{_OTHERS} AND {_OTHER_DAYS}", _NUMBER),
    ("lines", True): (_FAR_DAYS, f"{_NUMBER}, customer"),
}


def renewed(kind: str, *, own_numbers: bool) -> str:
    """The rows of the file with `is_renewed`: whether their number was an earlier order's."""
    told, part = _RENEWED[kind, own_numbers]
    return f"""(
        SELECT *, order_id IS NOT NULL AND ({told})
               AND ({DAY}, {_WHOSE}) <> (first_value({DAY}) OVER earliest,
                                         first_value({_WHOSE}) OVER earliest) AS is_renewed
        FROM import_line
        WINDOW number AS ({part}), earliest AS ({part} ORDER BY {DAY}, {_WHOSE})
    )"""  # noqa: S608 (constants)


RENEWED_NUMBERS = "SELECT count(DISTINCT order_id) FROM {rows} told WHERE is_renewed"

# An order's key: its number; the customer's own number; one of a day; or who bought when.
KEY = f"""
CASE WHEN order_id IS NULL THEN coalesce(customer, '') || '@' ||
          to_char(placed_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS')
     WHEN is_renewed THEN coalesce(customer, '') || '/' || order_id || '@' || {DAY}
     WHEN %(own_numbers)s THEN coalesce(customer, '') || '/' || order_id
     ELSE order_id END"""

IS_REFUND = """
(%(cancels)s AND order_id ~ '^C[0-9]+$') OR (quantity < 0 AND unit_price > 0)"""

ITEMS = f"""
CREATE TEMP TABLE import_item AS
SELECT line, customer, placed_at, sku, is_charge, name, category, country, city, quantity,
       unit_price, amount, is_refund, nth, numbered,
       CASE WHEN length(long_key) <= 64 THEN long_key ELSE 'h:' || md5(long_key) END AS key,
       NOT is_refund AND CASE WHEN %(one_row)s THEN amount >= 0
           ELSE unit_price > 0 AND (quantity > 0 OR amount > 0) END AS is_sale,
       (row_number() OVER (PARTITION BY long_key, is_refund ORDER BY line))::int AS position
FROM (
    SELECT *, CASE WHEN %(one_row)s AND NOT numbered AND nth > 1
                   THEN plain_key || '#' || nth ELSE plain_key END AS long_key
    FROM (
        SELECT *, order_id IS NOT NULL AS numbered,
               CASE WHEN %(one_row)s AND order_id IS NULL THEN row_number() OVER (
                   PARTITION BY order_id IS NULL, customer, placed_at ORDER BY line) END AS nth,
               {KEY} AS plain_key,
               {IS_REFUND} AS is_refund
        FROM {{rows}} told
    ) keyed
) named"""  # noqa: S608 (constants)
AS_THEY_ARE = "(SELECT *, false AS is_renewed FROM import_line)"

# The same where every row has a number of its own: nothing to put in order, or to tell apart.
ITEMS_OF_THEIR_OWN = f"""
CREATE TEMP TABLE import_item AS
SELECT line, customer, placed_at, sku, is_charge, name, category, country, city, quantity,
       unit_price, amount, is_refund, NULL::bigint AS nth, true AS numbered, order_id AS key,
       NOT is_refund AND amount >= 0 AS is_sale, 1 AS position
FROM (SELECT *, {IS_REFUND} AS is_refund FROM import_line) told"""  # noqa: S608 (constants)

# One number, two customers: the first line says whose it is, the others are refused.
REFUSE_OTHERS_LINES = """
WITH first AS (
    SELECT DISTINCT ON (key, is_refund) key, is_refund, customer FROM import_item
    WHERE customer IS NOT NULL ORDER BY key, is_refund, line
), refused AS (
    DELETE FROM import_item i USING first f
    WHERE i.key = f.key AND i.is_refund = f.is_refund AND i.customer <> f.customer
    RETURNING i.line, i.customer
)
INSERT INTO import_reject SELECT line, %(customer)s, 'order_of_another_customer', customer
FROM refused"""

# Orders of several rows in a file of orders: how many have rows that differ, how many the same.
ROWS_OF_AN_ORDER = """
SELECT count(*) FILTER (WHERE differ), count(*) FILTER (WHERE NOT differ) FROM (
    SELECT min(amount) <> max(amount) OR min(placed_at) <> max(placed_at) AS differ
    FROM import_item WHERE numbered GROUP BY key, is_refund HAVING count(*) > 1
) orders"""

# Rows that say the same again.
REFUSE_REPEATED_ORDERS = """
WITH ranked AS (
    SELECT line, row_number() OVER (
        PARTITION BY key, is_refund, placed_at, amount ORDER BY line) AS nth
    FROM import_item WHERE numbered
), refused AS (
    DELETE FROM import_item i USING ranked r WHERE i.line = r.line AND r.nth > 1
    RETURNING i.line, i.key
)
INSERT INTO import_reject SELECT line, %(order_id)s, 'repeated_in_file', key FROM refused"""

REFUSE_HUGE_ORDERS = """
WITH huge AS (
    SELECT key, is_refund FROM import_item GROUP BY key, is_refund
    HAVING sum(abs(amount)) > 1000000000000
), refused AS (
    DELETE FROM import_item i USING huge h
    WHERE i.key = h.key AND i.is_refund = h.is_refund RETURNING i.line
)
INSERT INTO import_reject SELECT line, %(amount)s, 'too_large', '' FROM refused"""

REFUSE_BAD_CANCELLATIONS = """
WITH refused AS (
    DELETE FROM import_item WHERE is_refund AND unit_price < 0 RETURNING line, unit_price
)
INSERT INTO import_reject SELECT line, %(amount)s, 'cancellation_below_zero', unit_price::text
FROM refused"""

_LINE = "concat_ws(chr(30), sku, name, quantity, unit_price, amount)"


def _hash(customer: str, moment: str, lines: str) -> str:
    """What tells the content of one document from another's."""
    return (
        f"sha256(convert_to(concat_ws(chr(31), coalesce({customer}, ''),"
        f" extract(epoch FROM {moment}), {lines}), 'UTF8'))"
    )


_HASH = _hash("min(customer)", "min(placed_at)", f"string_agg({_LINE}, chr(29) ORDER BY line)")

_COMPARED = """
CREATE TEMP TABLE import_order AS
SELECT d.*, o.id AS known_id,
       CASE WHEN o.id IS NULL THEN 'created' WHEN o.content_hash = d.hash THEN 'unchanged'
            ELSE 'updated' END AS outcome,
       coalesce(o.id, nextval('crm_order_id_seq')) AS id
FROM ({documents}) d
LEFT JOIN crm_order o
  ON o.workspace_id = %(workspace)s AND o.source = %(source)s AND o.external_id = d.key"""

ORDERS = _COMPARED.format(
    documents=f"""
    SELECT row_number() OVER (ORDER BY min(line)) AS no, key, min(customer) AS customer,
           min(placed_at) AS placed_at, count(*) AS lines,
           coalesce(sum(amount) FILTER (WHERE is_sale), 0) AS total,
           bool_or(is_sale) AS is_purchase, {_HASH} AS hash
    FROM import_item WHERE NOT is_refund GROUP BY key"""  # noqa: S608 (constants)
)

ORDERS_OF_THEIR_OWN = _COMPARED.format(
    documents=f"""
    SELECT row_number() OVER (ORDER BY line) AS no, key, customer, placed_at, 1::bigint AS lines,
           CASE WHEN is_sale THEN amount ELSE 0 END AS total, is_sale AS is_purchase,
           {_hash("customer", "placed_at", _LINE)} AS hash
    FROM import_item WHERE NOT is_refund"""  # noqa: S608 (constants)
)

PAPERS = f"""
CREATE TEMP TABLE import_paper AS
SELECT d.*, CASE WHEN known.hash IS NULL THEN 'created'
                 WHEN known.hash = d.hash THEN 'unchanged' ELSE 'rejected' END AS outcome
FROM (
    SELECT key, min(customer) AS customer, min(placed_at) AS placed_at, min(line) AS first_line,
           count(*) AS lines, {_HASH} AS hash
    FROM import_item WHERE %(refunds)s AND is_refund GROUP BY key
) d
LEFT JOIN LATERAL (
    SELECT r.content_hash AS hash FROM crm_refund r
    WHERE r.workspace_id = %(workspace)s AND r.source = %(source)s AND r.external_id = d.key
    LIMIT 1
) known ON true"""  # noqa: S608 (constants)

# Points may have been taken back for a refund already, so it is not rewritten by a file.
REFUSE_CHANGED_PAPERS = """
INSERT INTO import_reject
SELECT i.line, %(order_id)s, 'refund_changed', i.key
FROM import_item i JOIN import_paper p ON p.key = i.key AND p.outcome = 'rejected'
WHERE i.is_refund"""

# New people get their ids in ascending source id (by number when all are numbers): RFM by rank
# settles ties by customer id, so the same file always gives the same scores.
PEOPLE = """
CREATE TEMP TABLE import_person AS
SELECT people.*, coalesce(known_id, nextval('crm_customer_id_seq')) AS id FROM (
    SELECT l.customer AS external, min(l.placed_at) AS since, max(l.country) AS country,
           max(l.city) AS city, i.customer_id AS known_id
    FROM import_item l
    LEFT JOIN crm_identity i ON i.workspace_id = %(workspace)s AND i.kind = 'external'
          AND i.system = %(system)s AND i.value = l.customer
    WHERE l.customer IS NOT NULL
    GROUP BY l.customer, i.customer_id
    ORDER BY CASE WHEN bool_and(l.customer ~ '^[0-9]{1,18}$') OVER () THEN l.customer::numeric END,
             l.customer COLLATE "C"
) AS people"""

KNOWN_TO_PLANNER = "SELECT reltuples::float8 FROM pg_class WHERE oid = 'crm_order'::regclass"

COUNTS = """
SELECT coalesce(sum(lines) FILTER (WHERE outcome = 'created'), 0),
       coalesce(sum(lines) FILTER (WHERE outcome = 'updated'), 0),
       coalesce(sum(lines) FILTER (WHERE outcome = 'unchanged'), 0),
       (SELECT count(*) FROM import_reject)
FROM (SELECT lines, outcome FROM import_order UNION ALL
      SELECT lines, outcome FROM import_paper) documents"""

FIGURES = """
SELECT to_json(figures) FROM (
    SELECT orders.*, papers.*, items.*, people.* FROM (
        SELECT count(*) FILTER (WHERE outcome = 'created') AS orders_created,
               count(*) FILTER (WHERE outcome = 'updated') AS orders_updated,
               count(*) FILTER (WHERE outcome = 'unchanged') AS orders_unchanged,
               count(*) FILTER (WHERE customer IS NULL) AS orders_of_guests,
               count(*) FILTER (WHERE NOT is_purchase) AS orders_without_sale,
               coalesce(sum(total), 0) AS revenue,
               min(placed_at AT TIME ZONE %(zone)s)::date AS first_day,
               max(placed_at AT TIME ZONE %(zone)s)::date AS last_day
        FROM import_order) orders, (
        SELECT count(*) FILTER (WHERE outcome = 'created') AS refunds_created,
               count(*) FILTER (WHERE outcome = 'unchanged') AS refunds_unchanged
        FROM import_paper) papers, (
        SELECT count(*) FILTER (WHERE is_refund) AS refund_lines,
               count(*) FILTER (WHERE NOT is_sale AND NOT is_refund) AS lines_without_sale,
               count(*) FILTER (WHERE is_charge AND sku <> '') AS charge_lines
        FROM import_item) items, (
        SELECT count(*) AS customers,
               count(*) FILTER (WHERE known_id IS NULL) AS customers_created
        FROM import_person) people
) figures"""
