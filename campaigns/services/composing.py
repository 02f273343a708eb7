"""Puts one person's message together: frozen texts, frozen values, this person's own links."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When

from campaigns import variables
from campaigns.channels.base import Outgoing
from campaigns.models import Delivery, RunLink, RunStep
from campaigns.rules import frozen, links
from campaigns.rules.templates import RenderFailed
from campaigns.rules.tokens import Purpose, issuer
from campaigns.selectors.texts import Texts, Wording, known_to, texts_of
from campaigns.services import cascade
from campaigns.services.claiming import Batch, Claimed

logger = logging.getLogger(__name__)
REASON = "render"
# Written out: a worker needs no pages to write a letter (campaigns.public.urls has the same).
PATHS = {
    Purpose.PIXEL: "/m/o/{}.gif",
    Purpose.CLICK: "/m/c/{}",
    Purpose.UNSUBSCRIBE: "/m/u/{}",
}


Address = Callable[[int], str]


@dataclass(frozen=True)
class Content:
    """What the letters of a step share: its texts, and what signs each delivery's own links."""

    texts: Texts
    shop: Mapping[str, Any]
    language: str
    sender: str
    is_marketing: bool
    pixel: Address | None
    unsubscribe: Address
    tracked: tuple[Address, ...]


def prepare(step: RunStep, *, on: date) -> Content:
    """Compile the texts that were frozen at launch."""
    links_tracked = list(RunLink.unscoped.filter(step=step).order_by("position"))
    shop = step.run.workspace
    return Content(
        texts=_texts(step, [link.url for link in links_tracked]),
        shop={"name": shop.name},
        language=shop.locale,
        sender=str(step.channel.config.get("sender", "")),
        is_marketing=step.purpose == "marketing",
        pixel=_address(step, Purpose.PIXEL, on) if step.html else None,
        unsubscribe=_address(step, Purpose.UNSUBSCRIBE, on),
        tracked=tuple(_address(step, Purpose.CLICK, on, link.pk) for link in links_tracked),
    )


def _texts(step: RunStep, urls: Sequence[str]) -> Texts:
    wording = Wording(step.channel_kind, step.subject, step.html, step.text)
    return _compiled(wording, tuple(urls), orjson.dumps(step.run.audience))


@lru_cache(maxsize=64)
def _compiled(wording: Wording, urls: tuple[str, ...], audience: bytes) -> Texts:
    """By what they are made of, which a run's steps share from batch to batch."""
    placed = replace(
        wording,
        html=links.with_places(wording.html, urls),
        text=links.with_places(wording.text, urls),
    )
    return texts_of(placed, known_to(orjson.loads(audience), links_tracked=len(urls)))


def _address(step: RunStep, purpose: Purpose, on: date, link_id: int = 0) -> Address:
    """What gives the signed address of a delivery."""
    token = issuer(settings.SECRET_KEY, purpose, step.workspace_id, link_id, on)
    before, after = f"{settings.PUBLIC_URL}{PATHS[purpose]}".split("{}")
    return lambda delivery_id: f"{before}{token(delivery_id)}{after}"


def compose(*, content: Content, rows: Sequence[Claimed]) -> tuple[dict[int, Outgoing], list[int]]:
    """The messages of a group, and whose cannot be put together: they fail alone (S16).

    Touches no database, so it may run beside it. Whatever is wrong with one person's values costs
    that person; the log names the delivery and the kind of the error, never what was in it.
    """
    messages: dict[int, Outgoing] = {}
    broken: list[int] = []
    for row in rows:
        try:
            messages[row.id] = _patiently(content, row)
        except Exception as error:  # noqa: BLE001 - one person's values cost nobody else
            logger.error("delivery %s cannot be put together: %s", row.id, type(error).__name__)  # noqa: TRY400
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
    """Write down that these cannot be put together; they go on to the next step.

    Whom a try before may have reached stays in doubt.
    """
    mine = Delivery.unscoped.filter(pk__in=delivery_ids, state="claimed", lease_token=batch.token)
    mine.update(
        state=Case(When(intent_at=None, then=Value("failed")), default=Value("unknown")),
        reason=Case(When(intent_at=None, then=Value(REASON)), default=Value("in_doubt")),
        lease_token=None,
        lease_until=None,
    )
    cascade.advance(delivery_ids=delivery_ids)


def message_to(content: Content, row: Claimed) -> Outgoing:
    """One person's message. An empty address stays empty: the gate refuses it by name."""
    unsubscribe = content.unsubscribe(row.id)
    values = variables.of_person(
        first_name=row.first_name,
        last_name=row.last_name,
        city=row.city,
        frozen=frozen.read(row.variables),
        language=row.language or content.language,
    )
    values |= links.variables([address(row.id) for address in content.tracked])
    values |= {"shop": content.shop, "unsubscribe_url": unsubscribe}
    subject, html, text = content.texts.render(values)
    return Outgoing(
        ref=str(row.id),
        address=row.address or "",
        sender=content.sender,
        subject=subject,
        html=_with_pixel(html, content.pixel(row.id)) if html and content.pixel else "",
        text=text,
        list_unsubscribe_url=unsubscribe if content.is_marketing else "",
    )


def _with_pixel(html: str, pixel: str) -> str:
    image = f'<img src="{pixel}" width="1" height="1" alt="">'
    before, body, after = html.rpartition("</body>")
    return f"{before}{image}{body}{after}" if body else html + image
