"""Which day figures are computed for."""

from datetime import date, datetime, timedelta

from core import clock
from core.models import Workspace
from crm.models import Order


def last_full_day(workspace: Workspace, at: datetime) -> date:
    """Yesterday in the shop's zone. A demo's data do not go on, so its last day stays the day."""
    yesterday = clock.local_day(at, workspace.timezone) - timedelta(days=1)
    if not workspace.is_demo:
        return yesterday
    placed = Order.objects.within(workspace).order_by("-placed_at").values_list("placed_on")
    newest = placed.first()
    return min(yesterday, newest[0]) if newest else yesterday


def last_day_of_figures(workspace: Workspace, at: datetime) -> date:
    """The day that periods end on: today, or a finished demo's last day."""
    if workspace.is_demo:
        return last_full_day(workspace, at)
    return clock.local_day(at, workspace.timezone)
