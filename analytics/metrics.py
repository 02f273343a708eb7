"""The metric dictionary: every number on a screen, what it means and where it comes from."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui.blocks import Definition

ANALYTICS = _("Analytics")


@dataclass(frozen=True)
class Metric:
    """A number: its name, its meaning in words, its formula, its tables, who answers for it."""

    key: str
    name: Any
    says: Any
    formula: Any
    source: str
    owner: Any = ANALYTICS


METRICS = {
    metric.key: metric
    for metric in (
        Metric("revenue", _("Revenue"),
               _("Orders of the period before refunds, guests' included."),
               _("sum of orders; net: less their refunds"), "crm.Order"),
        Metric("orders", _("Orders"), _("Orders of the period with at least one sale."),
               _("number of orders with a sale"), "crm.Order"),
        Metric("average_check", _("Average order"), _("Revenue of the period by its orders."),
               _("revenue ÷ orders"), "crm.Order"),
        Metric("active", _("Active customers"),
               _("Two or more purchase days, the last within the threshold."),
               _("purchase days ≥ 2, days since the last ≤ threshold"), "analytics.LifecycleMonth"),
        Metric("new", _("New customers"), _("One purchase day, within the threshold."),
               _("purchase days = 1, days since it ≤ threshold"), "analytics.LifecycleMonth"),
        Metric("sleeping", _("Sleeping customers"), _("The last purchase was longer ago than the threshold."),
               _("days since the last purchase > threshold"), "analytics.LifecycleMonth"),
        Metric("reactivated", _("Came back"),
               _("Active customers whose last gap was over the threshold."),
               _("active, last gap > threshold"), "analytics.LifecycleMonth"),
        Metric("base", _("Customers with purchases"), _("Everyone who has ever bought."),
               _("new + active + sleeping"), "analytics.LifecycleMonth"),
        Metric("threshold", _("Threshold"),
               _("Gaps between a customer's purchase days, over the whole base."),
               _("percentile of gaps, in days"), "analytics.GapCount"),
        Metric("new_to_active", _("New became active"),
               _("First buyers of the month whose second purchase day came within the threshold."
                 " Final once the threshold has passed since the month's end."),
               _("bought again in time ÷ first purchases"), "analytics.LifecycleMonth"),
        Metric("orders_per_active", _("Orders of an active customer"),
               _("Orders by people who were active when they ordered, by the mean number of active."),
               _("orders of active ÷ mean of active at the start and at the end"),
               "analytics.LifecycleMonth"),
        Metric("orders_from_woken", _("Orders of those who came back"),
               _("Orders by people who were sleeping when they ordered."),
               _("orders of those who were sleeping before them"), "analytics.LifecycleMonth"),
        Metric("churn_of_active", _("Churn of active customers"),
               _("Active customers who fell asleep in the month, of those active at its start."),
               _("fell asleep ÷ active at the start"), "analytics.LifecycleMonth"),
        Metric("rfm", _("RFM segment"),
               _("Recency by fifths of the value, frequency by fifths of the rank;"
                 " ten segments of the 25 cells."),
               _("R by days from the last purchase to the day after the figures, F by rank of orders, five parts each"),
               "analytics.CustomerStats"),
        Metric("retention", _("Retention"),
               _("Of the people whose first order fell in the month, those who bought k months later."),
               _("buyers of month k ÷ buyers of month 0"), "analytics.CohortCell"),
        Metric("cohort_revenue", _("Revenue of a cohort"),
               _("What people who first ordered in the month paid k months later, before refunds."),
               _("sum of orders by cohort and month"), "analytics.CohortCell"),
        Metric("messages", _("Messages"), _("Messages that a provider has accepted."),
               _("number of accepted messages"), "campaigns.Delivery", _("Communications")),
        Metric("points", _("Points on accounts"), _("Points given and neither spent nor expired."),
               _("sum of what is left of the points given"), "loyalty.Lot", _("Loyalty")),
    )
}  # fmt: skip


def definition(key: str, as_of: str = "") -> Definition:
    """A metric as the popover shows it."""
    metric = METRICS[key]
    return Definition(
        name=str(metric.name), says=str(metric.says), formula=str(metric.formula),
        source=f"{metric.source} · {metric.owner}", as_of=as_of,
    )  # fmt: skip
