"""Draws a bar on an axis that may go below zero, and writes prices without false digits."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from campaigns.rules.prices import rounded
from core.ui import drawing
from core.wording import formats

register = template.Library()


@register.simple_tag
def axis_bar(start: float, end: float, low: float, high: float, tone: str) -> SafeString:
    """{% axis_bar 0 370 -100 800 "accent" %}: a bar from `start` to `end` on the axis."""
    left = drawing.on_scale(float(min(start, end)), float(low), float(high))
    right = drawing.on_scale(float(max(start, end)), float(low), float(high))
    return format_html(
        '<svg class="bar bar-16 bar-bare" aria-hidden="true">'
        '<rect class="{}" x="{}%" width="{}%" height="100%"/></svg>',
        tone, f"{left:.3f}", f"{max(right - left, 0.4):.3f}",
    )  # fmt: skip


@register.filter
def price_short(micros: int | None, currency: str) -> str:
    """A price to the hundredth: 3,72 ₽; a dash when nobody has read."""
    if micros is None:
        return "—"
    return formats.price(rounded(micros), currency, get_language() or "en")
