"""The audit log speaks to its reader: no code, no English, no raw value on a Russian page."""

import pytest
from django.test import Client
from django.utils import translation

from core.models import AuditEntry, Workspace
from core.wording import audit_values
from tests import build
from tests.access.test_language import english

ENTRIES: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("core.workspace", {}, {"what": "customers", "segment": "at_risk", "searched": "yes"}),
    ("core.apikey", {}, {"name": "Касса", "scopes": ["orders.read", "points.write"]}),
    (
        "campaigns.campaign",
        {"control_percent": "0.00", "cap": [3, 7], "quiet": ["21:00", "09:00"], "wait_hours": [0.0],
         "audience": {"kind": "points_expire_soon", "days": 30, "min_points": 1}},
        {"control_percent": "10.00", "cap": [2, 7], "quiet": ["", ""], "wait_hours": [0.0, 6.0],
         "audience": {"kind": "rfm_segment", "segment": "champions"}},
    ),
    ("campaigns.campaign", {"stop_fact": "read"}, {"stop_fact": "bought", "text": "Письмо"}),
    ("campaigns.template", {"subject": "Да", "version": 1}, {"subject": "", "version": 2}),
    (
        "campaigns.channel",
        {"price_micros": 30_000, "read_rate": "0.2000", "is_active": True, "test_addresses": 0},
        {"price_micros": 45_500, "read_rate": "0.2500", "is_active": False, "test_addresses": 3},
    ),
    ("campaigns.run", {}, {"people": 12_480, "at": "2026-11-21T10:00:00+00:00", "speed": 3_600}),
    ("crm.customer", {"birth_date": "None", "gender": ""}, {"birth_date": "1990-05-09",
                                                           "gender": "f"}),
    ("crm.customer", {}, {"channel": "email", "purpose": "marketing"}),
    ("loyalty.program", {"base_percent": "5.00", "point_value": 100, "starts_on": None},
     {"base_percent": "7.50", "point_value": 50, "starts_on": "2026-11-21"}),
]  # fmt: skip


@pytest.fixture
def shop() -> Workspace:
    return build.workspace("Листва", locale="ru")


def entry(kind: str, before: dict[str, object], after: dict[str, object]) -> AuditEntry:
    return AuditEntry(object_kind=kind, before=before, after=after)


def told(index: int, language: str) -> list[tuple[str, str, str]]:
    with translation.override(language):
        shown = audit_values.changes(entry(*ENTRIES[index]))
    return [(one.label, one.before, one.after) for one in shown]


def before_of(index: int, language: str) -> list[tuple[str, str]]:
    return [(label, before) for label, before, _after in told(index, language)]


@pytest.mark.django_db
def test_the_log_of_everything_that_is_written_down_speaks_russian(
    shop: Workspace, client: Client
) -> None:
    for number, (kind, before, after) in enumerate(ENTRIES):
        AuditEntry.unscoped.create(
            workspace=shop, actor_kind="user", actor_name="Анна", action="edited",
            object_kind=kind, object_id=str(number), before=before, after=after,
        )  # fmt: skip
    client.force_login(build.member(shop, "owner"))
    client.cookies["django_language"] = "ru"

    page = client.get(f"/{shop.slug}/audit/").content.decode()

    assert english(page) == set()
    assert "None" not in page


def test_values_are_words_and_numbers_of_the_reader() -> None:
    assert told(5, "ru") == [
        ("используется", "да", "нет"),
        ("цена одной отправки", "0,03", "0,0455"),
        ("прочитают", "20,0\u00a0%", "25,0\u00a0%"),
        ("адреса для проверок", "0", "3"),
    ]
    assert told(5, "en")[:2] == [("in use", "yes", "no"), ("price of one send", "0.03", "0.0455")]


def test_an_audience_and_a_cap_are_phrases_of_the_readers_language() -> None:
    russian, english = dict(before_of(2, "ru")), dict(before_of(2, "en"))

    assert russian["аудитория"] == "Баллы скоро сгорят: не меньше 1 балла за 30 дней"
    assert english["audience"] == "Points expire soon: at least 1 point within 30 days"
    assert english["frequency cap"] == "at most 3 messages within 7 days"


def test_an_audience_of_another_shape_is_told_too() -> None:
    with translation.override("en"):
        segment = audit_values.said("audience", {"kind": "rfm_segment", "segment": "champions"})
        nameless = audit_values.said("audience", {"days": 30})

    assert segment == "RFM segment: Champions"
    assert nameless == "within, days: 30"


def test_when_it_was_is_told_beside_the_entry_only() -> None:
    before: dict[str, object] = {"at": "2026-11-20T10:00:00+00:00"}
    after: dict[str, object] = {"at": "2026-11-21T10:00:00+00:00", "name": "А"}

    shown = audit_values.changes(entry("campaigns.run", before, after))

    assert [one.after for one in shown] == ["А"]


def test_only_what_differs_is_told() -> None:
    same = entry("campaigns.campaign", {"name": "А", "days": 1}, {"name": "А", "days": 2})

    with translation.override("en"):
        labels = [one.label for one in audit_values.changes(same)]

    assert labels == ["within, days"]


def test_a_value_of_an_unknown_shape_is_shown_as_it_is() -> None:
    assert audit_values.said("starts_on", "whenever") == "whenever"
    assert audit_values.said("cap", 3) == "3"
    assert audit_values.said("colour", "blue") == "blue"


def test_nothing_is_said_to_be_nothing() -> None:
    nothings: tuple[object, ...] = (None, "", "None", [])

    assert [audit_values.said("name", one) for one in nothings] == [""] * 4
    assert audit_values.said("rows", 0) == "0"
