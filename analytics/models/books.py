"""Monthly books, and the counts they are added up from."""

from django.db import models

from analytics.models.derived import DerivedModel


class GapCount(DerivedModel):
    """How many gaps of so many days the base has; percentiles of it are the threshold."""

    days = models.IntegerField()
    gaps = models.BigIntegerField()

    class Meta(DerivedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "days"], name="analytics_gapcount_once")
        ]


class TransitionCount(DerivedModel):
    """Purchase days that did the same thing in the same month (`rules.book.Purchases`).

    Months are numbers (year * 12 + month - 1). The delta takes old customers out and puts
    their new selves in.
    """

    threshold_days = models.IntegerField()
    month = models.IntegerField()
    earlier = models.IntegerField(null=True)
    ordinal = models.SmallIntegerField()
    woke = models.BooleanField()
    had_woken = models.BooleanField()
    days = models.BigIntegerField()
    orders = models.BigIntegerField()

    class Meta(DerivedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "month", "earlier", "ordinal", "woke", "had_woken"],
                name="analytics_transitioncount_once",
                nulls_distinct=False,
            )
        ]


class LifecycleMonth(DerivedModel):
    """One closed or open month of the lifecycle book; definitions: docs/lifecycle.md."""

    month = models.DateField()
    as_of = models.DateField()
    threshold_days = models.IntegerField()
    base = models.IntegerField()
    new = models.IntegerField()
    active = models.IntegerField()
    reactivated = models.IntegerField()
    sleeping = models.IntegerField()
    opening_active = models.IntegerField()
    first_purchases = models.IntegerField()
    new_to_active = models.IntegerField()
    new_to_sleeping = models.IntegerField()
    active_to_sleeping = models.IntegerField()
    sleeping_to_active = models.IntegerField()
    orders_first = models.IntegerField()
    orders_new = models.IntegerField()
    orders_active = models.IntegerField()
    orders_sleeping = models.IntegerField()
    # First buyers of the month whose second purchase day came within the threshold.
    converted_in_time = models.IntegerField()

    class Meta(DerivedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "month"], name="analytics_lifecyclemonth_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    base=models.F("new") + models.F("active") + models.F("sleeping")
                ),
                name="analytics_lifecyclemonth_states_cover_everyone",
            ),
        ]


class CohortCell(DerivedModel):
    """People of a first-order month who bought `offset` months later, and their revenue."""

    cohort = models.DateField()
    offset = models.SmallIntegerField()
    customers = models.IntegerField()
    revenue = models.BigIntegerField()

    class Meta(DerivedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "cohort", "offset"], name="analytics_cohortcell_once"
            )
        ]
