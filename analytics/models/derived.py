"""What every derived table shares: it can be dropped and rebuilt, so no key is checked twice."""

from django.db import models

from core.scoping import TenantModel


class DerivedModel(TenantModel):
    """Rows computed from checked rows; a foreign key check each would double their price.

    Deleting a workspace or a customer still takes them along (Django's cascade).
    """

    workspace = models.ForeignKey(
        "core.Workspace", on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = True
