"""Codes of the logs are said in words, in the reader's language."""

from django.utils import translation

from core.models import AuditEntry, Job
from core.permissions import API_SCOPES
from core.templatetags import wording
from core.wording import words


def test_known_codes_are_words_and_unknown_ones_stay() -> None:
    with translation.override("ru"):
        said = [
            wording.action_words("launched"),
            wording.object_words("campaigns.run"),
            wording.fact_words("crm.orders_changed"),
            wording.phase_words("queue"),
        ]

    assert said == [
        "Запущено", "Запуск", "Изменились заказы", "Ставим сообщения в очередь",
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


def test_the_rights_of_a_key_are_one_phrase() -> None:
    with translation.override("ru"):
        said = wording.rights_words(["orders.read", "points.read", "no.such"])

    assert said == "Видеть заказы, видеть баллы, no.such"


def test_a_job_is_called_in_the_readers_language_whoever_asked_for_it() -> None:
    night = Job(kind="analytics.recompute")
    file = Job(kind="crm.import_load", title="orders 100%.csv")
    other = Job(kind="test.work", title="A job")

    with translation.override("ru"):
        russian = [wording.job_words(job) for job in (night, file, other)]
    with translation.override("en"):
        english = [wording.job_words(job) for job in (night, file, other)]

    assert russian == [
        "Пересчёт сегментов, жизненного цикла и когорт", "Загрузка файла orders 100%.csv", "A job",
    ]  # fmt: skip
    assert english == [
        "Recompute segments, life cycle and cohorts", "Loading of the file orders 100%.csv",
        "A job",
    ]  # fmt: skip
