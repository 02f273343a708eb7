"""The demo's file of orders: Online Retail, its dates shifted by whole weeks to end this week."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SOURCE = Path(__file__).parent / "online_retail.parquet"
LAST_DAY = date(2011, 12, 9)


def weeks_to_shift(today: date) -> int:
    """Whole weeks that bring the last day of the data into the last seven days."""
    return max(0, (today - LAST_DAY).days // 7)


def shifted_file(*, target: Path, today: date) -> Path:
    """Write the file with every date moved by whole weeks; weekdays and hours stay."""
    table = pq.read_table(SOURCE)
    column = table.schema.get_field_index("InvoiceDate")
    moved = pc.add(table["InvoiceDate"], pa.scalar(timedelta(weeks=weeks_to_shift(today))))
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.set_column(column, "InvoiceDate", moved), target)
    return target
