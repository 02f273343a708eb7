"""Tags that draw: icons, sparklines, bars; unique ids and links that keep the query."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count as counter
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.ui import drawing
from core.ui.blocks import CascadeStep, Part, Stage, WaterfallRow
from core.ui.listing import Page
from core.ui.toasts import UNDO

register = template.Library()
_ids = counter(1)
CHANNEL_ICONS = {"email": "mail", "sms": "message-square", "push": "smartphone"}
CHANNEL_TONES = {"email": "c1", "push": "c2", "sms": "c3"}


@cache
def _shapes(name: str) -> str:
    folder = settings.BASE_DIR / "templates" / "icons"
    return (folder / f"{name}.svg").read_text(encoding="utf-8").strip()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """{% icon "mail" %}: a Lucide icon from templates/icons, hidden from readers."""
    shapes = mark_safe(_shapes(str(name)))  # noqa: S308 our own files
    template = '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
    return format_html(template, css, shapes)


@register.simple_tag
def uid(prefix: str = "u") -> str:
    """{% uid as id %}: an id no other element of the page has."""
    return f"{prefix}{next(_ids):x}"


@register.simple_tag
def sparkline(values: Sequence[float], previous: Sequence[float] = ()) -> SafeString:
    """A line without axes: now, the previous period behind it, a dot on the last point."""
    now, before, end = drawing.sparkline(list(values), list(previous))
    if not now:
        return mark_safe("")
    return format_html(
        '<svg class="sparkline" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="before" d="{}"/><path class="now" d="{}"/><path class="end" d="{}"/></svg>',
        before, now, end,
    )  # fmt: skip


@register.simple_tag
def bar(value: float, of: float = 100, tone: str = "c1", css: str = "") -> SafeString:
    """{% bar 67 100 "c2" %}: a bar from zero on a grey track."""
    return _bar([(value or 0, tone)], of, css)


@register.simple_tag
def parts_bar(parts: Iterable[Part], of: float = 0, css: str = "bar-8") -> SafeString:
    """A bar of parts with a hairline of the page between them."""
    return _bar([(part.count, part.tone) for part in parts], of, css)


def _bar(counts: Sequence[tuple[float, str]], of: float, css: str) -> SafeString:
    boxes = drawing.stacked(counts, float(of or 0))
    rects = format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" height="100%"/>',
        ((box.tone, box.x, box.width) for box in boxes),
    )
    seams = format_html_join(
        "",
        '<rect class="gap" x="{}%" width="2" height="100%"/>',
        ((box.x,) for box in boxes[1:] if box.width),
    )
    return format_html(
        '<svg class="bar {}" aria-hidden="true">{}{}</svg>',
        css, rects, seams,
    )  # fmt: skip


@register.simple_tag
def flow_bar(value: float, of: float, tone: str = "c1", height: int = 12) -> SafeString:
    """A bar that leaves a shared zero line to the right (plus) or the left (minus)."""
    width = min(50.0, abs(value) / (of or 1) * 50)
    x = 50 - width if value < 0 else 50
    top = (40 - height) / 2
    return format_html(
        '<svg class="{}" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="{}" y="{}" width="{}" height="{}"/><line x1="50" x2="50" y1="0" y2="40"/></svg>',
        tone, round(x, 3), top, round(width, 3), height,
    )  # fmt: skip


@register.filter
def waterfall_boxes(rows: Sequence[WaterfallRow]) -> list[tuple[WaterfallRow, drawing.Box]]:
    """Each row with its bar, on the scale of the first total."""
    boxes = drawing.waterfall([(row.count, row.kind) for row in rows])
    return list(zip(rows, boxes, strict=True))


@register.filter
def funnel_boxes(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """Each stage with its bar, the hatch of what was lost before it, and the loss itself."""
    whole = stages[0].count if stages else 0
    before = [stage.count for stage in stages[:1]] + [stage.count for stage in stages[:-1]]
    return [
        {
            "stage": stage,
            "left": drawing.on_scale(stage.count, 0, whole),
            "lost_width": drawing.on_scale(previous - stage.count, 0, whole),
            "lost": stage.count - previous,
            "whole": whole,
        }
        for stage, previous in zip(stages, before, strict=True)
    ]


@register.filter
def channel_icon(channel: str) -> str:
    return CHANNEL_ICONS.get(channel, "message-circle")


@register.filter
def channel_tone(channel: str) -> str:
    return CHANNEL_TONES.get(channel, "c5")


@register.filter
def item(values: Any, key: Any) -> Any:
    """{{ mapping|item:key }}."""
    return values[key]


@register.simple_tag
def scale(value: float, low: float, high: float) -> float:
    """A value as 0…100 of a scale, for SVG attributes."""
    return drawing.on_scale(float(value), float(low), float(high))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """{% query sort="name" cursor=None %}: this page's address with the query changed."""
    request: HttpRequest = context["request"]
    asked = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            asked.pop(key, None)
        else:
            asked[key] = value
    return f"?{asked.urlencode()}" if asked else request.path


@register.filter
def initials(person: Any) -> str:
    """Two letters for an avatar: of the first and last name, else of the e-mail."""
    words = str(person).replace("@", " ").split()
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def undo_address(tags: str | None) -> str:
    """The undo address in a message's tags (core.ui.toasts)."""
    return tags.removeprefix(UNDO) if tags and tags.startswith(UNDO) else ""


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: a script element would not come through a part that htmx swaps in."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


@register.filter
def svg(value: float) -> str:
    """A coordinate with a point, whatever the language."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


@register.filter
def add_box(x: float, width: float) -> float:
    """The right edge of a box."""
    return x + width


@register.simple_tag
def step_track(step: CascadeStep) -> SafeString:
    """The whole audience of a cascade: read before, read at this step, not yet read."""
    return _bar([(step.earlier, "faint"), (step.reads, channel_tone(step.channel))],
                step.audience, "")  # fmt: skip


@register.filter
def sort_link(page: Page[Any], key: str) -> str:
    """The address that sorts by a column: first downwards for the current one, then back."""
    return page.sorted_by(key)
