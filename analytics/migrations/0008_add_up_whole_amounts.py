"""A sum of amounts that stays a whole number: `sum(bigint)` counts in numeric, for twice the price.

It refuses to overflow as the sum's cast back to bigint did.
"""

from django.db import migrations

FORWARD = """
CREATE AGGREGATE analytics_total(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE
)
"""
BACKWARD = "DROP AGGREGATE analytics_total(bigint)"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0007_keep_what_scores_are_by"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
