"""A field of decimals written as its reader writes them."""

from decimal import Decimal
from typing import Any

from django import forms


class ReadersDecimalField(forms.DecimalField):
    """Shows 10,5 to a Russian reader and 10.5 to an English one; a point is always taken.

    It is a field of text: what a field of numbers shows and takes is up to the browser's language.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(localize=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What is stored, without the zeros that say nothing; what was typed, as it was typed."""
        if not isinstance(value, Decimal):
            return value
        bare = value.normalize()
        return bare.quantize(Decimal(1)) if bare == bare.to_integral_value() else bare

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}
