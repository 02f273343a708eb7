"""Files people load, and what became of every line."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Import(KeyedModel):
    """One file: checked first (dry run), then loaded; every line has exactly one outcome."""

    class Kind(models.TextChoices):
        ORDERS = "orders", _("Orders")
        LINES = "lines", _("Order lines")
        CUSTOMERS = "customers", _("Customers")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKED = "checked", _("Checked, nothing written yet")
        LOADED = "loaded", _("Loaded")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    job = models.ForeignKey(
        "core.Job", on_delete=models.SET_NULL, null=True, blank=True, db_constraint=False
    )
    # The name is only shown; the path is our own, inside MEDIA_ROOT.
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    # {"column in the file": "field"}; options: encoding, delimiter, date format, consent basis …
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    # Counts by kind of thing (orders, refunds, standing alone …) for the report.
    report = models.JSONField(default=dict)
    error_code = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta(KeyedModel.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="crm_import_of_workspace"),
            models.CheckConstraint(
                condition=~models.Q(state="loaded")
                | models.Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("rejected")
                ),
                name="crm_import_every_line_has_an_outcome",
            ),
        ]


class ImportRejection(KeyedModel):
    """A line that was not taken: which, in which column, and why."""

    of_import = models.ForeignKey(
        Import,
        on_delete=models.CASCADE,
        related_name="rejections",
        db_index=False,
        db_constraint=False,
    )
    line = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=48)
    value = models.CharField(max_length=254, blank=True)

    class Meta(KeyedModel.Meta):
        indexes = [
            # The error table by line, filtered by code.
            models.Index(fields=["of_import", "code", "line"], name="crm_importrejection_list")
        ]
