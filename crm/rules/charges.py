"""Codes that name a charge (postage, fees, manual entries), not a product."""

KNOWN = frozenset(
    {
        "ADJUST", "ADJUST2", "AMAZONFEE", "B", "BANK CHARGES", "C2", "CARRIAGE", "COMMISSION",
        "CRUK", "D", "DELIVERY", "DISCOUNT", "DOT", "FEE", "M", "MANUAL", "POST", "POSTAGE", "S",
        "SAMPLES", "SERVICE", "SHIPPING", "ДОСТАВКА", "КОМИССИЯ", "СКИДКА", "УСЛУГА",
    }
)  # fmt: skip


def is_charge(code: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a line with this code is a charge: a code we know or the shop named, any case.

    Everything else is a product, whatever it looks like: shops number their goods as they like.
    """
    name = code.strip().upper()
    return name in KNOWN or name in more
