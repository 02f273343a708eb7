"""What is left of a lot is looked up by the lot, whatever the statistics say.

Where every lot had burned when the tables were last vacuumed, the index of lots with something
left was believed to be empty ever since, and one redemption read all of it. OFFSET 0 keeps the
look-up from knowing that only such lots are asked for.
"""

from importlib import import_module

from django.db import migrations

CALLS = import_module("loyalty.migrations.0003_post_in_one_call")
POSTING = import_module("loyalty.migrations.0006_post_with_fewer_looks")

JOINED = "FROM loyalty_lot l JOIN loyalty_lotstate s ON s.lot_id = l.id\n"
LOOKED_UP = """FROM loyalty_lot l CROSS JOIN LATERAL (
            SELECT remaining FROM loyalty_lotstate WHERE lot_id = l.id OFFSET 0
        ) s
"""
BEFORE = CALLS.FIFO.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + POSTING.REDEEM


def _by_key(functions: str) -> str:
    """Both functions with the look-up; raises ValueError where they say otherwise."""
    both = 2
    if functions.count(JOINED) != both:
        raise ValueError(JOINED)
    return functions.replace(JOINED, LOOKED_UP)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0008_drop_spare_indexes")]
    operations = [migrations.RunSQL(_by_key(BEFORE), BEFORE)]
