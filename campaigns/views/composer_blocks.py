"""Shapes a campaign's forecast for the composer: waterfall, steps, bill."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignStep
from campaigns.rules.cascade_forecast import price_of_a_send
from campaigns.rules.prices import rounded
from campaigns.selectors.forecasts import Forecast, PlannedStep
from campaigns.selectors.previewing import Preview
from campaigns.views import words
from core.models import Workspace
from core.ui.blocks import BarRow, BillLine, CascadeStep, WaterfallRow
from core.wording import formats

# What keeps people out, in the order the gate asks.
LOSSES = {
    "no_consent": gettext_lazy("No consent to advertising"),
    "no_address": gettext_lazy("No address for any step"),
    "stop_list": gettext_lazy("Stop list: complaints and bounces"),
    "cap": gettext_lazy("Frequency cap reached"),
}


def context(
    shop: Workspace,
    campaign: Campaign,
    planned: Forecast | None,
    previews: Sequence[Preview],
) -> dict[str, Any]:
    """All the drawn parts; empty ones where there is nothing to count yet."""
    if planned is None:
        return {"waterfall": [], "blocks": [], "bill": [], "compare": []}
    return {
        "waterfall": _waterfall(campaign, planned),
        "blocks": _steps(shop, planned, previews),
        "read": _sentence(planned.summary.reads, planned.receive),
        "unread": _("will not read %(n)s") % {"n": _count(planned.receive - planned.summary.reads)},
        **_bill(shop, planned),
    }


def _language() -> str:
    return get_language() or "en"


def _count(number: int) -> str:
    return formats.count(number, _language())


def money(micros: int | None, shop: Workspace) -> str:
    """To the hundredth, where there is one."""
    return "—" if micros is None else formats.price(rounded(micros), shop.currency, _language())


def _waterfall(campaign: Campaign, planned: Forecast) -> list[WaterfallRow]:
    """Losses in the order the gate asks; control is a share of the rest."""
    control = _("Control group, %(percent)s of the rest") % {
        "percent": formats.percent(campaign.control_percent / 100, _language(), digits=0)
    }
    rows = [
        WaterfallRow(control if name == "control" else str(LOSSES[name]), count)
        for name, count in planned.losses.items()
        if count
    ]
    return [
        WaterfallRow(_("In the audience"), planned.total, "total"),
        *rows,
        WaterfallRow(_("Will get the campaign"), planned.receive, "result"),
    ]


def _steps(shop: Workspace, planned: Forecast, previews: Sequence[Preview]) -> list[CascadeStep]:
    rows, earlier = [], 0
    for number, (one, preview) in enumerate(zip(planned.steps, previews, strict=True), 1):
        rows.append(_step(shop, planned, one, preview, number, earlier))
        earlier += one.reads
    return rows


def _step(
    shop: Workspace,
    planned: Forecast,
    one: PlannedStep,
    preview: Preview,
    number: int,
    earlier: int,
) -> CascadeStep:
    channel = one.step.channel
    rate = formats.percent(channel.read_rate, _language(), digits=0)
    return CascadeStep(
        number=number,
        channel=channel.kind,
        name=channel.name,
        about=_about(one.step, preview),
        facts=[
            (_("Will get"), _count(one.recipients)),
            (_("Price"), formats.price(one.price_micros, shop.currency, _language())),
            (_("Cost"), money(one.cost_micros, shop)),
            (_("Will read, %(rate)s") % {"rate": rate}, _count(one.reads)),
        ],
        audience=planned.receive,
        earlier=earlier,
        reads=one.reads,
        note=_note(one, is_last=number == len(planned.steps)),
        wait=words.wait(one.step.wait) if number > 1 else "",
        goes_on=_count(planned.receive - earlier) if number > 1 else "",
    )


def _about(step: CampaignStep, preview: Preview) -> str:
    if step.channel.kind != "sms":
        return f"«{preview.subject}»" if preview.subject else step.template.name
    counted = preview.segments
    return _("segments: %(n)s, characters: %(units)s") % {
        "n": counted.count,
        "units": counted.units,
    }


def _note(one: PlannedStep, *, is_last: bool) -> str:
    notes = []
    if one.unreachable:
        said = _("%(n)s cannot be reached here.") if is_last else _(
            "%(n)s cannot be reached here: they go to the next step at once."
        )  # fmt: skip
        notes.append(said % {"n": _count(one.unreachable)})
    if one.step.channel.kind == "sms":
        notes.append(_("Reading of SMS is an estimate."))
    return " ".join(notes)


def _sentence(reads: int, people: int) -> str:
    return _("Will read %(reads)s of %(all)s") % {"reads": _count(reads), "all": _count(people)}


def _bill(shop: Workspace, planned: Forecast) -> dict[str, Any]:
    summary = planned.summary
    lines = [
        BillLine(
            one.step.channel.name,
            f"{_count(one.recipients)} × "
            f"{formats.price(one.price_micros, shop.currency, _language())}",
            money(one.cost_micros, shop),
        )
        for one in planned.steps
    ]
    end = max(summary.cost_micros, summary.all_dear_micros, 1)
    by_dear = _("Everyone by %(name)s") % {"name": summary.dear_name}
    saved = summary.saved_net_micros / summary.all_dear_micros if summary.all_dear_micros else 0
    return {
        "bill": lines,
        "bill_total": money(summary.cost_micros, shop),
        "compare": [
            BarRow(_("By cascade"), summary.cost_micros, end, money(summary.cost_micros, shop)),
            BarRow(by_dear, summary.all_dear_micros, end, money(summary.all_dear_micros, shop),
                   tone="soft"),
        ],
        "saved": money(summary.saved_net_micros, shop) if summary.saved_net_micros > 0 else "",
        "saved_share": formats.percent(saved, _language()),
        "triple": [
            (_("Will read"), _count(summary.reads), _count(planned.dear_reads)),
            (_("Reach"), _share(summary.reads, planned.receive),
             _share(planned.dear_reads, planned.receive)),
            (_("Cost of a read"), money(summary.cost_per_read_micros, shop),
             money(price_of_a_send(summary.all_dear_micros, planned.dear_reads), shop)),
        ],
        "dear_name": by_dear,
    }  # fmt: skip


def _share(part: int, whole: int) -> str:
    return formats.percent(part / whole, _language()) if whole else "—"
