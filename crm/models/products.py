"""What is sold."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scoping import KeyedModel


class Product(KeyedModel):
    """A good known by its SKU. Postage, fees and manual charges are not products."""

    sku = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=250, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(KeyedModel.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="crm_product_of_workspace"),
            models.UniqueConstraint(fields=["workspace", "sku"], name="crm_product_sku_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.sku
