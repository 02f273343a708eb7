"""Codes of the logs are said in words, in the reader's language."""

from django.utils import translation

from core import words
from core.models import AuditEntry
from core.permissions import API_SCOPES
from core.templatetags import wording


def test_known_codes_are_words_and_unknown_ones_stay() -> None:
    with translation.override("ru"):
        said = [
            wording.action_words("launched"),
            wording.object_words("campaigns.run"),
            wording.field_words("control_percent"),
            wording.fact_words("crm.orders_changed"),
            wording.phase_words("queue"),
        ]

    assert said == [
        "Запущено", "Запуск", "контрольная группа, %", "Изменились заказы",
        "Ставим сообщения в очередь",
    ]  # fmt: skip
    assert wording.action_words("flown") == "Flown"
    assert wording.object_words("no.such") == "no.such"


def test_a_person_is_named_and_a_program_is_said_to_be_one() -> None:
    entries = (
        AuditEntry(actor_kind="user", actor_name="Анна"),
        AuditEntry(actor_kind="key", actor_name="key till"),
        AuditEntry(actor_kind="system", actor_name="system"),
    )

    with translation.override("en"):
        names = [wording.actor_words(entry) for entry in entries]

    assert names == ["Анна", "API key till", "the system"]


def test_every_right_a_key_may_carry_has_words() -> None:
    assert set(words.RIGHTS) == set(API_SCOPES)


def test_rights_in_the_log_are_words_and_a_group_of_values_has_no_brackets() -> None:
    entry = AuditEntry(after={"audience": {"days": 30, "kind": "all"}, "scopes": ["orders.read"]})

    (_, _, audience), (_, _, scopes) = entry.changes

    assert audience == "days: 30, kind: all"
    assert wording.value_words(scopes) != "orders.read"
    assert wording.value_words("Autumn blend") == "Autumn blend"
