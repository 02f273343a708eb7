"""What may have reached somebody at a try before is in doubt, not refused, when there is no other."""

from django.db import migrations

LEGAL_MOVE = """
CREATE OR REPLACE FUNCTION campaigns_is_legal_move(old_state text, new_state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT old_state = new_state OR (old_state, new_state) IN (
        ('claimed', 'cancelled'), ('claimed', 'expired'), ('claimed', 'failed'),
        ('claimed', 'queued'), ('claimed', 'sending'), ('claimed', 'suppressed'),
        ('queued', 'cancelled'), ('queued', 'claimed'), ('queued', 'expired'),
        ('queued', 'suppressed'), ('sending', 'accepted'), ('sending', 'failed'),
        ('sending', 'queued'), ('sending', 'unknown'), ('unknown', 'accepted'),
        ('unknown', 'failed'), ('unknown', 'queued'){more}
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_keep_the_promises")]
    operations = [
        migrations.RunSQL(
            LEGAL_MOVE.format(more=", ('claimed', 'unknown'), ('queued', 'unknown')"),
            LEGAL_MOVE.format(more=""),
        )
    ]
