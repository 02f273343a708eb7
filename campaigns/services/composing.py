"""Puts one person's message together: frozen texts, frozen values, this person's own links."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse

from campaigns import variables
from campaigns.channels.base import Outgoing
from campaigns.models import Delivery, RunLink, RunStep
from campaigns.rules import links
from campaigns.rules.tokens import Claims, Purpose, issue
from campaigns.services import cascade
from campaigns.services.claiming import Batch, Claimed
from core import clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Texts:
    """The three texts of a message, parsed once; only plain values go in."""

    subject: Any
    html: Any
    text: Any

    def render(self, values: Mapping[str, Any]) -> tuple[str, str, str]:
        """Subject, HTML and plain text for one person; raises what the text does wrong."""
        html = self.html.render(**values) if self.html else ""
        return self.subject.render(**values), html, self.text.render(**values)


@dataclass(frozen=True)
class Content:
    """A step's texts with the ids of its tracked links in their order."""

    step: RunStep
    texts: Texts
    link_ids: tuple[int, ...]
    shop: Mapping[str, Any]
    issued_on: date


def prepare(step: RunStep) -> Content:
    """Parse the texts that were frozen at launch."""
    tracked = list(RunLink.unscoped.filter(step=step).order_by("position"))
    urls = [link.url for link in tracked]
    return Content(
        step=step,
        texts=texts_of(
            step.subject, links.with_places(step.html, urls), links.with_places(step.text, urls)
        ),
        link_ids=tuple(link.pk for link in tracked),
        shop={"name": step.run.workspace.name},
        issued_on=clock.now().date(),
    )


def texts_of(subject: str, html: str, text: str) -> Texts:
    """Parse; raises what is wrong with the syntax."""
    return Texts(_parsed(subject), _parsed(html, escape=True) if html else None, _parsed(text))


def _parsed(source: str, *, escape: bool = False) -> Any:
    from liquid import Environment

    return Environment(autoescape=escape).from_string(source)


def as_dict(stored: Any) -> dict[str, Any]:
    """A JSON column as psycopg2 gives it inside raw SQL: text, or parsed."""
    return dict(orjson.loads(stored) if isinstance(stored, str) else stored)


def compose(*, batch: Batch, content: Content, rows: Sequence[Claimed]) -> dict[int, Outgoing]:
    """The messages of a group; who cannot be rendered fails alone (S16)."""
    messages: dict[int, Outgoing] = {}
    broken: list[int] = []
    for row in rows:
        try:
            messages[row.id] = message_to(content, row)
        except Exception:
            logger.exception("delivery %s cannot be rendered", row.id)
            broken.append(row.id)
    if broken:
        fail(batch=batch, delivery_ids=broken)
    return messages


def fail(*, batch: Batch, delivery_ids: Sequence[int]) -> None:
    """Write down that these cannot be rendered; they go on to the next step."""
    mine = Delivery.unscoped.filter(pk__in=delivery_ids, state="claimed", lease_token=batch.token)
    mine.update(state="failed", reason="render", lease_token=None, lease_until=None)
    cascade.advance(delivery_ids=delivery_ids)


def message_to(content: Content, row: Claimed) -> Outgoing:
    """One person's message. An empty address stays empty: the gate refuses it by name."""
    step, addresses = content.step, _addresses(content, row.id)
    values = variables.of_person(
        first_name=row.first_name,
        last_name=row.last_name,
        city=row.city,
        frozen=row.variables,
        language=row.language or step.run.workspace.locale,
    )
    values |= {"shop": content.shop, **addresses.values}
    subject, html, text = content.texts.render(values)
    return Outgoing(
        ref=str(row.id),
        address=row.address or "",
        sender=str(step.channel.config.get("sender", "")),
        subject=subject,
        html=_with_pixel(html, addresses.pixel) if html else "",
        text=text,
        list_unsubscribe_url=addresses.unsubscribe if step.purpose == "marketing" else "",
    )


@dataclass(frozen=True, slots=True)
class _Addresses:
    pixel: str
    unsubscribe: str
    values: dict[str, str]


def _addresses(content: Content, delivery_id: int) -> _Addresses:
    """The links of one delivery, signed."""
    unsubscribe = _signed(content, "unsubscribe", Purpose.UNSUBSCRIBE, delivery_id)
    tracked = [
        _signed(content, "click", Purpose.CLICK, delivery_id, link) for link in content.link_ids
    ]
    pixel = _signed(content, "pixel", Purpose.PIXEL, delivery_id) if content.step.html else ""
    values = links.variables(tracked) | {"unsubscribe_url": unsubscribe}
    return _Addresses(pixel, unsubscribe, values)


def _signed(
    content: Content, name: str, purpose: Purpose, delivery_id: int, link_id: int = 0
) -> str:
    claims = Claims(content.step.workspace_id, delivery_id, link_id, content.issued_on)
    token = issue(settings.SECRET_KEY, purpose, claims)
    return settings.PUBLIC_URL + _path(name).replace("TOKEN", token)


@lru_cache(maxsize=8)
def _path(name: str) -> str:
    return reverse(f"messages:{name}", args=["TOKEN"])


def _with_pixel(html: str, pixel: str) -> str:
    image = f'<img src="{pixel}" width="1" height="1" alt="">'
    before, body, after = html.rpartition("</body>")
    return f"{before}{image}{body}{after}" if body else html + image
