"""Invented names, addresses and consents for the demo's customers, the same at every loading.

Nobody real can be reached by them: example.com is reserved (RFC 2606) and no country has the
calling code 999. Every such customer is marked `is_made_up`.
"""

from typing import Any

from django.db import connection, transaction

# The two halves of each list go together: women first, men second.
FIRST = (
    "Анна Вера Дарья Жанна Ирина Лидия Нина Полина Борис Глеб Егор Захар Кирилл Максим Олег Роман"
)
LAST = (
    "Ветрова Лебедева Зайцева Белова Котова Снегирёва Рябинина Березина Осинина Липова "
    "Соколов Орлов Волков Громов Жуков Дроздов Клёнов Дубов Кедров Ольхин"
)

NAME = """
UPDATE crm_customer c SET is_made_up = true, updated_at = now(),
    gender = (ARRAY['f', 'm'])[1 + k.number %% 2],
    first_name = (%(first)s::text[])[1 + k.number %% 2 * 8 + k.number / 2 %% 8],
    last_name = (%(last)s::text[])[1 + k.number %% 2 * 10 + k.number / 16 %% 10]
FROM (SELECT customer_id, ('x' || substr(md5(value), 1, 7))::bit(28)::int AS number
      FROM crm_identity WHERE workspace_id = %(workspace)s AND kind = 'external') k
WHERE c.id = k.customer_id AND NOT c.is_made_up
"""

# 17 in 20 have an e-mail, 15 in 20 a phone, as the hash of their number falls.
ADDRESS = """
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT workspace_id, customer_id, 'email', '', 'c' || value || '@example.com'
FROM crm_identity WHERE workspace_id = %(workspace)s AND kind = 'external'
    AND abs(hashtextextended('email' || value, 0) %% 20) >= 3
UNION ALL
SELECT workspace_id, customer_id, 'phone', '', '+9990' || lpad(value, 9, '0')
FROM crm_identity WHERE workspace_id = %(workspace)s AND kind = 'external'
    AND value ~ '^[0-9]{1,9}$' AND abs(hashtextextended('phone' || value, 0) %% 20) >= 5
ON CONFLICT DO NOTHING
"""

# Most said yes when they first bought; some took it back a month later.
CONSENT = """
WITH asked AS (
    SELECT i.workspace_id, i.customer_id, c.channel,
           abs(hashtextextended(c.channel || i.customer_id, 1) %% 20) AS luck,
           (SELECT min(o.placed_at) FROM crm_order o WHERE o.customer_id = i.customer_id) AS at
    FROM crm_identity i JOIN (VALUES ('email', 'email'), ('phone', 'sms')) c(kind, channel)
        USING (kind)
    WHERE i.workspace_id = %(workspace)s
      AND NOT EXISTS (SELECT 1 FROM crm_consent k WHERE k.customer_id = i.customer_id)
)
INSERT INTO crm_consent
    (workspace_id, customer_id, purpose, channel, state, stated_at, source, proof, text_version)
SELECT workspace_id, customer_id, 'marketing', channel, state, at, 'made_up', 'made up', 'demo'
FROM (
    SELECT *, 'granted' AS state, 1 AS turn FROM asked WHERE luck >= 3 AND at IS NOT NULL
    UNION ALL
    SELECT workspace_id, customer_id, channel, luck, at + interval '30 days', 'withdrawn', 2
    FROM asked WHERE luck = 3 AND at IS NOT NULL
) said ORDER BY turn, customer_id, channel
"""


@transaction.atomic
def invent(*, workspace_id: int) -> int:
    """Give every customer of the workspace invented contact data; returns how many got it."""
    values: dict[str, Any] = {
        "workspace": workspace_id, "first": FIRST.split(), "last": LAST.split(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAME, values)
        named = cursor.rowcount
        cursor.execute(ADDRESS, values)
        cursor.execute(CONSENT, values)
    return int(named)
