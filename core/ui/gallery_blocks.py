"""Invented people, sends and lists of the gallery."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.models import Job
from core.ui.blocks import (
    BarRow,
    BillLine,
    CascadeStep,
    Column,
    Crumb,
    Part,
    Reach,
    Reason,
    Stage,
    Stat,
    Tab,
    TimelineDay,
    TimelineItem,
    WaterfallRow,
)
from core.wording.formats import Figure


class Sample(forms.Form):
    """Fields with help, a choice, and an error."""

    name = forms.CharField(label=_("Name"), help_text=_("Only your colleagues see it."))
    channel = forms.ChoiceField(label=_("Channel"), choices=[("email", "E-mail"), ("sms", "SMS")])
    share = forms.IntegerField(label=_("Control group, %"), min_value=1, max_value=50)
    about = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)


def context() -> dict[str, Any]:
    return {
        "crumbs": [Crumb(_("Base"), "#"), Crumb(_("Customers"), "#")],
        "tabs": [Tab(_("Timeline"), "#", True, 214), Tab(_("Orders"), "#", False, 27),
                 Tab(_("Points"), "#", False, 31), Tab(_("Messages"), "#", False, 148)],
        "columns": [Column(_("Name")), Column(_("Channel")), Column(_("State")),
                    Column(_("Sent")), Column(_("Due"), end=True)],
        "sends": _sends(),
        "waterfall": _waterfall(),
        "stages": _stages(),
        "steps": _steps(),
        "bill": [BillLine("E-mail", "10 860 × 0,03 ₽", "325,80 ₽"),
                 BillLine("SMS", "9 460 × 4,20 ₽", "39 732,00 ₽")],
        "compare": [BarRow(_("By cascade"), 40057, 50988, "40 057,80 ₽"),
                    BarRow(_("All by SMS"), 50988, 50988, "50 988,00 ₽", tone="soft")],
        "days": _days(),
        "reach": [Reach("E-mail", "can", _("yes, opened 18 of 24")),
                  Reach("SMS", "cannot", _("no, unsubscribed on 2 September")),
                  Reach("Push", "attention", _("no, the app was removed")),
                  Reach("WhatsApp", "off", _("no, the channel is off"))],
        "lots": [Part(_("until 30 November"), 320, "c2"), Part(_("until 31 January"), 412, "c1"),
                 Part(_("until 30 April"), 552, "c6")],
        "form": _form(),
        "pairs": [(_("Average order"), "1 538 ₽"), (_("Points"), "318 400")],
        "running": Job(pk=1, state="running", done=12106, total=18147, phase=_("Writing rows")),
        "quads": _quads(),
        "dry_run": _dry_run(),
        "dry_parts": [Part("", 6842, "c1"), Part("", 11305, "c3"), Part("", 29687, "soft"), Part("", 382, "bad")],
        "wizard": [_("File"), _("Columns"), _("Check"), _("Import"), _("Result")],
    }  # fmt: skip


def _quads() -> list[dict[str, Any]]:
    """The four blocks of a customer's card: label, figure, a 24-px slot, pairs."""
    return [
        {"stat": Stat(_("What they buy"), Figure("27", "заказов на 41 310 ₽")), "of": 0,
         "parts": [Part("", 46, "c1"), Part("", 31, "c3"), Part("", 23, "c2")],
         "pairs": [("Зелёный чай", "46 %"), ("Кофе в зёрнах", "31 %"), ("Посуда", "23 %")]},
        {"stat": Stat(_("How long ago"), Figure("12", "дней назад, 9 ноября")), "of": 48,
         "parts": [Part("", 12, "c1")],
         "pairs": [("Обычно через", "24 дня"), ("Ждём заказ", "около 3 декабря")]},
        {"stat": Stat(_("Problems"), Figure("1", "открытая, 1 решена")), "pill": "Мнётся упаковка",
         "pairs": [("Открыто 11 дней", "№ 2841"), ("Оценка", "3 из 4, 12 мая")]},
        {"stat": Stat(_("Loyalty level"), Figure("Серебро", "кешбэк 5 %")), "of": 30000,
         "parts": [Part("", 22460, "c1")],
         "pairs": [("До Золота", "7 540 ₽"), ("RFM", "5–5–4, Чемпионы")]},
    ]  # fmt: skip


def _dry_run() -> list[Stat]:
    return [
        Stat(_("New"), Figure("6 842"), note="14,2 %", tone="c1"),
        Stat(_("Will change"), Figure("11 305"), note="23,4 %", tone="c3"),
        Stat(_("Unchanged"), Figure("29 687"), note="61,6 %", tone="soft"),
        Stat(_("Will be rejected"), Figure("382"), note="0,8 %", tone="bad"),
    ]


def _form() -> Sample:
    form = Sample({"name": "", "channel": "sms", "share": "70"})
    form.is_valid()
    return form


def _sends() -> list[dict[str, Any]]:
    return [
        {"name": "Осенний купаж: ранний доступ", "channel": "E-mail", "tone": "accent",
         "state": _("Running"), "done": 8412, "of": 12480, "due": "9 мин"},
        {"name": "Возвращение: 60–120 дней", "channel": "E-mail", "tone": "attention",
         "state": _("Paused"), "done": 1120, "of": 3304, "due": "—"},
        {"name": "Чёрная пятница для Золота", "channel": "Telegram", "tone": "neutral",
         "state": _("Planned"), "done": 0, "of": 1862, "due": "27 ноя, 11:00"},
        {"name": "Пора пополнить запас", "channel": "SMS", "tone": "ok",
         "state": _("Works"), "done": 214, "of": 214, "due": "—"},
        {"name": "Осторожно, спам", "channel": "E-mail", "tone": "broken",
         "state": _("Failed"), "done": 12, "of": 900, "due": "—"},
    ]  # fmt: skip


def _waterfall() -> list[WaterfallRow]:
    return [
        WaterfallRow(_("In the segment"), 15214, "total"),
        WaterfallRow(_("No consent to advertising"), 968),
        WaterfallRow(_("Excluded: bought within 7 days"), 412),
        WaterfallRow(_("Already 3 messages this week"), 377),
        WaterfallRow(_("No e-mail and no phone"), 203),
        WaterfallRow(_("Stop list: complaints and bounces"), 117),
        WaterfallRow(_("Control group, 5 % of the rest"), 657),
        WaterfallRow(_("Will get the campaign"), 12480, "result"),
    ]


def _stages() -> list[Stage]:
    return [
        Stage(_("Audience"), 12480),
        Stage(_("Accepted"), 12198, _("not sent"),
              [Reason(_("frequency cap"), 96), Reason(_("no such address"), 52),
               Reason(_("consent withdrawn"), 38), Reason(_("answer unknown"), 12)]),
        Stage(_("Delivered"), 11986, _("not delivered"),
              [Reason(_("phone out of reach"), 158), Reason(_("mailbox full"), 54)]),
        Stage(_("Read"), 10481, _("not read"), [Reason(_("no proof of reading"), 1505)]),
        Stage(_("Clicked"), 1291, _("did not click"), [Reason(_("read and did not click"), 9190)]),
        Stage(_("Bought"), 311, _("no purchase"), [Reason(_("looked at the goods"), 980)]),
    ]  # fmt: skip


def _steps() -> list[CascadeStep]:
    facts = (_("Will get"), _("Price"), _("Cost"), _("Will read, 20 %"))
    return [
        CascadeStep(1, "email", "E-mail", "«300 баллов ждут вас»",
                    list(zip(facts, ("10 860", "0,03 ₽", "325,80 ₽", "2 172"), strict=True)),
                    12480, 0, 2172, _("1,620 have no e-mail: they go to step 2 at once")),
        CascadeStep(2, "sms", "SMS", "1 сегмент, 62 из 70",
                    list(zip(facts, ("9 460", "4,20 ₽", "39 732,00 ₽", "8 041"), strict=True)),
                    12480, 2172, 8041, _("Reading of SMS is an estimate: 85 % of delivered"),
                    wait=_("Wait 6 h"), goes_on=_("then those who have not read: 10,308")),
    ]  # fmt: skip


def _days() -> list[TimelineDay]:
    return [
        TimelineDay(_("Today"), [
            TimelineItem("11:42", "mail", "Письмо «Осенний купаж: ранний доступ»",
                         "Открыла в 12:05, перешла к «Лун Цзин, 100 г»", detail_end="каскад, шаг 1"),
        ]),
        TimelineDay("9 ноября", [
            TimelineItem("18:37", "shopping-bag", "Покупка в магазине на Покровке",
                         "Лун Цзин 890 ₽, гайвань 680 ₽", "1 870 ₽", "из них 150 баллами"),
            TimelineItem("18:37", "coins", "Баллы за покупку ждут 14 дней",
                         "5 % от 1 720 ₽", "+86", "ожидают"),
            TimelineItem("19:14", "circle-alert", "Обращение № 2841 «Мнётся упаковка»",
                         "Позвонила в магазин", pill=_("In work"), tone="broken"),
        ]),
    ]  # fmt: skip
