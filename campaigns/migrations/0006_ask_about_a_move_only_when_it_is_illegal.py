"""A delivery's move is judged where the row is changed; only a refusal calls a function."""

from django.db import migrations

DROP = """
DROP TRIGGER campaigns_delivery_moves ON campaigns_delivery;
"""
REFUSE_ILLEGAL = """
CREATE TRIGGER campaigns_delivery_moves BEFORE UPDATE OF state ON campaigns_delivery
    FOR EACH ROW WHEN (NOT campaigns_is_legal_move(OLD.state, NEW.state))
    EXECUTE FUNCTION campaigns_delivery_check_move();
"""
ASK_EACH_TIME = """
CREATE TRIGGER campaigns_delivery_moves BEFORE UPDATE OF state ON campaigns_delivery
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION campaigns_delivery_check_move();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_keep_only_indexes_that_are_asked")]
    operations = [migrations.RunSQL(DROP + REFUSE_ILLEGAL, DROP + ASK_EACH_TIME)]
