"""Puts one person's message together: frozen texts, frozen values, this person's own links."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from campaigns import variables
from campaigns.channels.base import Outgoing
from campaigns.models import Delivery, RunLink, RunStep
from campaigns.rules import links
from campaigns.rules.templates import RenderFailed
from campaigns.rules.tokens import Claims, Purpose, issue
from campaigns.selectors.texts import Texts, Wording, known_to, texts_of
from campaigns.services import cascade
from campaigns.services.claiming import Batch, Claimed

logger = logging.getLogger(__name__)
# Written out: a worker needs no pages to write a letter (campaigns.public.urls has the same).
PATHS = {
    Purpose.PIXEL: "/m/o/{}.gif",
    Purpose.CLICK: "/m/c/{}",
    Purpose.UNSUBSCRIBE: "/m/u/{}",
}


@dataclass(frozen=True)
class Content:
    """A step's texts with the ids of its tracked links in their order."""

    step: RunStep
    texts: Texts
    link_ids: tuple[int, ...]
    shop: Mapping[str, Any]
    issued_on: date


def prepare(step: RunStep, *, on: date) -> Content:
    """Compile the texts that were frozen at launch."""
    tracked = list(RunLink.unscoped.filter(step=step).order_by("position"))
    urls = [link.url for link in tracked]
    return Content(
        step=step,
        texts=texts_of(
            Wording(
                step.channel_kind,
                step.subject,
                links.with_places(step.html, urls),
                links.with_places(step.text, urls),
            ),
            known_to(step.run.audience, links_tracked=len(urls)),
        ),
        link_ids=tuple(link.pk for link in tracked),
        shop={"name": step.run.workspace.name},
        issued_on=on,
    )


def compose(*, content: Content, rows: Sequence[Claimed]) -> tuple[dict[int, Outgoing], list[int]]:
    """The messages of a group, and who cannot be rendered: they fail alone (S16).

    Touches no database, so it may run beside it.
    """
    messages: dict[int, Outgoing] = {}
    broken: list[int] = []
    for row in rows:
        try:
            messages[row.id] = _patiently(content, row)
        except Exception:
            logger.exception("delivery %s cannot be rendered", row.id)
            broken.append(row.id)
    return messages, broken


def _patiently(content: Content, row: Claimed) -> Outgoing:
    """Try once more when the time ran out: collecting garbage may fall into anybody's turn."""
    try:
        return message_to(content, row)
    except RenderFailed as failure:
        if failure.code != "too_slow":
            raise
        return message_to(content, row)


@transaction.atomic
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
    unsubscribe = _signed(content, Purpose.UNSUBSCRIBE, delivery_id)
    tracked = [_signed(content, Purpose.CLICK, delivery_id, link) for link in content.link_ids]
    pixel = _signed(content, Purpose.PIXEL, delivery_id) if content.step.html else ""
    values = links.variables(tracked) | {"unsubscribe_url": unsubscribe}
    return _Addresses(pixel, unsubscribe, values)


def _signed(content: Content, purpose: Purpose, delivery_id: int, link_id: int = 0) -> str:
    claims = Claims(content.step.workspace_id, delivery_id, link_id, content.issued_on)
    token = issue(settings.SECRET_KEY, purpose, claims)
    return f"{settings.PUBLIC_URL}{PATHS[purpose].format(token)}"


def _with_pixel(html: str, pixel: str) -> str:
    image = f'<img src="{pixel}" width="1" height="1" alt="">'
    before, body, after = html.rpartition("</body>")
    return f"{before}{image}{body}{after}" if body else html + image
