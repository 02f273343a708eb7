"""Points do not go back to a lot whose burning is booked, even by who asked a moment before it.

Else that lot was due again, its second burning refused, and with it every other of the workspace.
"""

from importlib import import_module

from django.db import migrations

RETURNS = import_module("loyalty.migrations.0011_ask_for_entries_at_once")

BY_THE_CLOCK = "l.expires_at <= p_at IS TRUE AS is_burned,"
OR_BOOKED = """l.expires_at <= p_at IS TRUE OR EXISTS (
                   SELECT FROM loyalty_transaction t WHERE t.program_id = p_program
                     AND t.idempotency_key = 'expire:lot:' || l.id OFFSET 0) AS is_burned,"""
BEFORE = RETURNS.RETURN.replace("{pinned}", RETURNS.PINNED)


def _or_booked(function: str) -> str:
    """The function that looks at the books too; raises ValueError where it says otherwise."""
    if BY_THE_CLOCK not in function:
        raise ValueError(BY_THE_CLOCK)
    return function.replace(BY_THE_CLOCK, OR_BOOKED)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0012_let_keys_hold_whose_an_account_is")]
    operations = [migrations.RunSQL(_or_booked(BEFORE), BEFORE)]
