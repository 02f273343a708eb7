"""Shows a message as one real person would see it; nothing is sent, counted or tracked (S21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns import audiences, variables
from campaigns.models import Campaign, CampaignStep
from campaigns.rules.sms_segments import Segments, segments
from campaigns.rules.templates import RenderFailed, TemplateRefused
from campaigns.selectors import texts as compiling
from core.models import Workspace

UNSUBSCRIBE = "https://shop.example/m/u/preview"
_SOME = """
SELECT chosen.customer_id, chosen.variables, customer.first_name, customer.last_name,
       customer.city, customer.language
FROM ({chosen}) AS chosen JOIN crm_customer AS customer ON customer.id = chosen.customer_id
WHERE customer.workspace_id = %(run_workspace)s ORDER BY chosen.customer_id LIMIT %(run_limit)s
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """A person of the audience, as far as a text may know them."""

    customer_id: int
    variables: Mapping[str, Any]
    first_name: str
    last_name: str
    city: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or f"#{self.customer_id}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a step would say; `error` when it cannot be put together."""

    subject: str
    html: str
    text: str
    segments: Segments
    error: str = ""


def readers(*, campaign: Campaign, at: datetime, limit: int = 8) -> list[Reader]:
    """The first people of the audience, to look through their eyes."""
    chosen = audiences.build(workspace_id=campaign.workspace_id, audience=campaign.audience, at=at)
    terms = {"run_workspace": campaign.workspace_id, "run_limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_SOME.format(chosen=chosen.sql), {**chosen.params, **terms})
        return [Reader(row[0], compiling.as_dict(row[1]), *row[2:]) for row in cursor.fetchall()]


def preview(*, step: CampaignStep, reader: Reader | None, shop: Workspace) -> Preview:
    """The step's message to this person, or to an invented one."""
    values = variables.sample_values() if reader is None else _values(reader, shop)
    values |= {"shop": {"name": shop.name}, "unsubscribe_url": UNSUBSCRIBE}
    template = step.template
    wording = compiling.Wording(step.channel.kind, template.subject, template.html, template.text)
    try:
        texts = compiling.texts_of(wording, compiling.known_to(step.campaign.audience))
        subject, html, text = texts.render(values)
    except (TemplateRefused, RenderFailed) as error:
        return Preview("", "", "", segments(""), error=str(error)[:300])
    return Preview(subject, html, text, segments(text))


def _values(reader: Reader, shop: Workspace) -> dict[str, Any]:
    return variables.of_person(
        first_name=reader.first_name,
        last_name=reader.last_name,
        city=reader.city,
        frozen=reader.variables,
        language=reader.language or shop.locale,
    )
