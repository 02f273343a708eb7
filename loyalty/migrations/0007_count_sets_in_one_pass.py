"""Whether a set's transactions had entries before: asked of all at once, not one by one."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("loyalty.migrations.0006_post_with_fewer_looks")

# As many entries between the first and the last transaction as the statement brought: none of
# them had any before. Others who write at the same time may stand in between: then each is asked.
SPAN = """
        have_others := entries <> (
            SELECT count(*) FROM loyalty_entry e
            WHERE e.transaction_id BETWEEN (SELECT min(transaction_id) FROM fresh)
                AND (SELECT max(transaction_id) FROM fresh));
"""
SEVERAL = "    IF is_several THEN\n        is_wrong := EXISTS ("
EACH = "OR f.here < 2 OR f.here <> ("
FLAGS = "entry record; entries bigint;"


def _asked_at_once(posting: str) -> str:
    """The function of 0006 with SPAN before the set's check; raises where 0006 says otherwise."""
    for old, new in (
        (SEVERAL, SEVERAL.replace("\n", SPAN, 1)),
        (EACH, "OR f.here < 2 OR have_others AND f.here <> ("),
        (FLAGS, f"have_others boolean; {FLAGS}"),
    ):
        start, found, rest = posting.partition(old)
        if not found:
            raise ValueError(old)
        posting = start + new + rest
    return posting


POSTING = BEFORE._posting()  # noqa: SLF001 (the text of that migration, kept in one place)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0006_post_with_fewer_looks")]
    operations = [
        migrations.RunSQL(_asked_at_once(POSTING), POSTING),
    ]
