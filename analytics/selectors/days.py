"""Which day figures are computed for."""

from datetime import date, datetime, timedelta

from django.db.models import Max

from core import clock
from core.models import Workspace
from crm.models import Order


def last_full_day(workspace: Workspace, at: datetime) -> date:
    """Yesterday in the shop's zone. A demo's data do not go on, so its last day stays the day."""
    yesterday = clock.local_day(at, workspace.timezone) - timedelta(days=1)
    if not workspace.is_demo:
        return yesterday
    last = Order.objects.within(workspace).aggregate(last=Max("placed_on"))["last"]
    return min(yesterday, last or yesterday)
