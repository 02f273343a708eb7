"""What segments and states are called, and what to do about each segment (R36)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SEGMENTS: dict[str, Any] = {
    "champions": _("Champions"),
    "loyal_customers": _("Loyal"),
    "potential_loyalists": _("Growing"),
    "new_customers": _("Newcomers"),
    "promising": _("Promising"),
    "need_attention": _("Need attention"),
    "about_to_sleep": _("About to sleep"),
    "at_risk": _("At risk"),
    "cant_loose": _("Can't lose"),
    "hibernating": _("Lost"),
}
ADVICE: dict[str, Any] = {
    "champions": _("Early access and news, no discounts"),
    "loyal_customers": _("Raise their level, ask to invite a friend"),
    "potential_loyalists": _("Offer a neighbouring category"),
    "new_customers": _("Getting acquainted: three letters in two weeks"),
    "promising": _("A second order: points for 30 days"),
    "need_attention": _("Remind of the favourite product"),
    "about_to_sleep": _("A gentle reminder over a cheap channel"),
    "at_risk": _("A personal offer before they are gone"),
    "cant_loose": _("A call or an SMS from the shop"),
    "hibernating": _("One letter a quarter, no paid advertising"),
}
MEANING: dict[str, Any] = {
    "champions": _("Bought lately and buy most often."),
    "loyal_customers": _("Buy often, the last time not long ago."),
    "potential_loyalists": _("Bought lately and have begun to come back."),
    "new_customers": _("Bought just now, and seldom before."),
    "promising": _("Bought lately, but seldom."),
    "need_attention": _("In the middle by time and by number of orders."),
    "about_to_sleep": _("Seldom bought, and a while ago."),
    "at_risk": _("Used to buy, but have been silent for long."),
    "cant_loose": _("Bought most often of all, and have gone silent."),
    "hibernating": _("Seldom bought, and long ago."),
}
STATES: dict[str, Any] = {
    "new": _("New"),
    "active": _("Active"),
    "sleeping": _("Sleeping"),
}
STATE_MEANING: dict[str, Any] = {
    "new": _("One purchase day, within the threshold."),
    "active": _("Two or more purchase days, the last within the threshold."),
    "sleeping": _("The last purchase was longer ago than the threshold."),
}
# The same of one person.
PERSON_STATES: dict[str, Any] = {
    "new": _("New customer"),
    "active": _("Active customer"),
    "sleeping": _("Sleeping customer"),
}
THRESHOLDS: dict[str, Any] = {
    "median": _("Median of gaps"),
    "p75": _("75th percentile of gaps"),
    "p90": _("90th percentile of gaps"),
}
