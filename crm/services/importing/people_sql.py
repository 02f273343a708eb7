"""A file of customers in SQL: whose row is it, what would change, and the statements that do it.

A row finds its customer by any identity. Rows that would join two people, or repeat one another,
are refused and named: nothing is merged silently.
"""

TABLES = ("import_one", "import_claim", "import_match", "import_reject")

STAGE = """
CREATE TEMP TABLE import_one (
    line bigint, external_id text, email text, phone text, card text, first_name text,
    last_name text, birth_date date, gender text, city text, country text, language text,
    consent_email boolean, consent_sms boolean
)"""

CLAIMS = """
CREATE TEMP TABLE import_claim AS
SELECT o.line, c.kind, CASE WHEN c.kind = 'external' THEN %(system)s ELSE '' END AS system, c.value
FROM import_one o
CROSS JOIN LATERAL (VALUES ('external', o.external_id), ('email', o.email), ('phone', o.phone),
                           ('card', o.card)) c (kind, value)
WHERE c.value IS NOT NULL"""

_REFUSE = """
INSERT INTO import_reject SELECT line, field, code, value FROM gone"""

REFUSE_NAMELESS = (
    """
WITH gone AS (
    DELETE FROM import_one o WHERE NOT EXISTS (SELECT 1 FROM import_claim c WHERE c.line = o.line)
    RETURNING o.line, '' AS field, 'no_identity' AS code, '' AS value
)"""  # noqa: S608 (constants)
    + _REFUSE
)

REFUSE_REPEATED = (
    """
WITH again AS (
    SELECT DISTINCT ON (line) line, kind, value FROM (
        SELECT line, kind, value, min(line) OVER (PARTITION BY kind, system, value) AS first
        FROM import_claim) c
    WHERE line > first ORDER BY line, kind
), gone AS (
    DELETE FROM import_one o USING again a WHERE a.line = o.line
    RETURNING o.line, a.kind AS field, 'repeated_in_file' AS code, a.value
)"""  # noqa: S608 (constants)
    + _REFUSE
)

# Which customers of the base a row's identities point at.
MATCHES = """
CREATE TEMP TABLE import_match AS
SELECT o.line, min(i.customer_id) AS customer_id, count(DISTINCT i.customer_id) AS people,
       false AS is_other
FROM import_one o
JOIN import_claim c USING (line)
LEFT JOIN crm_identity i ON i.workspace_id = %(workspace)s AND i.kind = c.kind
      AND i.system = c.system AND i.value = c.value
GROUP BY o.line"""

# Found by phone or e-mail, but the source numbers this person otherwise: another person.
MARK_OTHERS = """
UPDATE import_match m SET is_other = true
FROM import_claim c, crm_identity i
WHERE c.line = m.line AND c.kind = 'external' AND i.customer_id = m.customer_id
  AND i.kind = 'external' AND i.system = c.system AND i.value <> c.value
  AND NOT EXISTS (SELECT 1 FROM crm_identity own WHERE own.customer_id = m.customer_id
                  AND own.kind = 'external' AND own.system = c.system AND own.value = c.value)"""

REFUSE_CONFLICTS = (
    """
WITH gone AS (
    DELETE FROM import_one o USING import_match m
    WHERE m.line = o.line AND (m.people > 1 OR m.is_other)
    RETURNING o.line, '' AS field, 'identity_conflict' AS code, m.customer_id::text AS value
)"""  # noqa: S608 (constants)
    + _REFUSE
)

REFUSE_SAME_CUSTOMER = (
    """
WITH again AS (
    SELECT m.line FROM import_match m JOIN import_one o USING (line)
    WHERE m.customer_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM import_match e JOIN import_one eo ON eo.line = e.line
        WHERE e.customer_id = m.customer_id AND e.line < m.line)
), gone AS (
    DELETE FROM import_one o USING again a WHERE a.line = o.line
    RETURNING o.line, '' AS field, 'repeated_in_file' AS code, '' AS value
)"""  # noqa: S608 (constants)
    + _REFUSE
)

NUMBER_NEW = """
UPDATE import_match SET customer_id = nextval('crm_customer_id_seq'), people = -1
WHERE customer_id IS NULL"""

# What a consent cell would add to the journal: a withdrawal is never overwritten by a file.
STATEMENTS = """
SELECT o.line, m.customer_id, s.channel, CASE WHEN s.answer THEN 'granted' ELSE 'withdrawn' END
           AS state, now_is.state AS now_state
FROM import_one o
JOIN import_match m USING (line)
CROSS JOIN LATERAL (VALUES ('email', o.consent_email), ('sms', o.consent_sms)) s (channel, answer)
LEFT JOIN crm_consentstate now_is ON now_is.customer_id = m.customer_id
     AND now_is.purpose = 'marketing' AND now_is.channel = s.channel
WHERE s.answer IS NOT NULL AND now_is.state IS DISTINCT FROM
      CASE WHEN s.answer THEN 'granted' ELSE 'withdrawn' END"""

OUTCOMES = f"""
ALTER TABLE import_match ADD outcome text;
WITH said AS ({STATEMENTS})
UPDATE import_match m SET outcome = CASE
    WHEN m.people = -1 THEN 'created'
    WHEN EXISTS (SELECT 1 FROM said WHERE said.line = m.line
                 AND said.now_state IS DISTINCT FROM 'withdrawn')
      OR EXISTS (SELECT 1 FROM import_claim c WHERE c.line = m.line AND NOT EXISTS (
             SELECT 1 FROM crm_identity i WHERE i.workspace_id = %(workspace)s
             AND i.kind = c.kind AND i.system = c.system AND i.value = c.value))
      OR (coalesce(o.first_name, p.first_name), coalesce(o.last_name, p.last_name),
          coalesce(o.birth_date, p.birth_date), coalesce(o.gender, p.gender),
          coalesce(o.city, p.city), coalesce(o.country, p.country),
          coalesce(o.language, p.language))
         IS DISTINCT FROM
         (p.first_name, p.last_name, p.birth_date, p.gender, p.city, p.country, p.language)
    THEN 'updated' ELSE 'unchanged' END
FROM import_one o LEFT JOIN import_match known ON known.line = o.line AND known.people <> -1
LEFT JOIN crm_customer p ON p.id = known.customer_id
WHERE o.line = m.line"""  # noqa: S608 (constants)

COUNTS = """
SELECT count(*) FILTER (WHERE outcome = 'created'), count(*) FILTER (WHERE outcome = 'updated'),
       count(*) FILTER (WHERE outcome = 'unchanged'), (SELECT count(*) FROM import_reject)
FROM import_match JOIN import_one USING (line)"""

KEPT_WITHDRAWN = f"""
WITH said AS ({STATEMENTS})
SELECT coalesce(array_agg(DISTINCT line ORDER BY line), '{{}}') FROM said
WHERE state = 'granted' AND now_state = 'withdrawn'"""  # noqa: S608 (constants)

INSERT = """
INSERT INTO crm_customer (id, workspace_id, first_name, last_name, birth_date, gender, city,
                          country, language, timezone, custom, is_made_up, registered_at)
SELECT m.customer_id, %(workspace)s, coalesce(o.first_name, ''), coalesce(o.last_name, ''),
       o.birth_date, coalesce(o.gender, ''), coalesce(o.city, ''), coalesce(o.country, ''),
       coalesce(o.language, ''), '', '{}', false, %(at)s
FROM import_one o JOIN import_match m USING (line) WHERE m.outcome = 'created' ORDER BY line"""

UPDATE = """
UPDATE crm_customer p
SET first_name = coalesce(o.first_name, p.first_name), gender = coalesce(o.gender, p.gender),
    last_name = coalesce(o.last_name, p.last_name), city = coalesce(o.city, p.city),
    birth_date = coalesce(o.birth_date, p.birth_date), country = coalesce(o.country, p.country),
    language = coalesce(o.language, p.language), updated_at = %(at)s
FROM import_one o JOIN import_match m USING (line)
WHERE p.id = m.customer_id AND m.outcome = 'updated'"""

IDENTITIES = """
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT %(workspace)s, m.customer_id, c.kind, c.system, c.value
FROM import_claim c JOIN import_one o USING (line) JOIN import_match m USING (line)
WHERE NOT EXISTS (SELECT 1 FROM crm_identity i WHERE i.workspace_id = %(workspace)s
                  AND i.kind = c.kind AND i.system = c.system AND i.value = c.value)
ORDER BY line, kind"""

# The gate takes the same lock, so a consent cannot change under a message that is leaving.
LOCK = f"""
SELECT pg_advisory_xact_lock(hashtextextended('cust:' || customer_id, 0))
FROM (SELECT DISTINCT customer_id FROM ({STATEMENTS}) said ORDER BY customer_id) people"""  # noqa: S608 (constants)

CONSENTS = f"""
WITH said AS ({STATEMENTS})
INSERT INTO crm_consent (workspace_id, customer_id, purpose, channel, state, stated_at, source,
                         proof, text_version)
SELECT %(workspace)s, customer_id, 'marketing', channel, state, %(at)s, 'import', %(proof)s, ''
FROM said WHERE now_state IS DISTINCT FROM 'withdrawn' ORDER BY line, channel"""  # noqa: S608 (constants)
