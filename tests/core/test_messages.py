"""Every text has its Russian, and the compiled catalogue is the one the parts give."""

import gettext
from pathlib import Path

from babel.messages import Message

from config import messages

COMPILED = Path(messages.RUSSIAN) / "LC_MESSAGES" / "django.mo"


def test_every_text_has_russian() -> None:
    _, missing = messages.merged()

    assert not [messages.key_of(message) for message in missing]


def test_no_text_is_translated_in_two_ways() -> None:
    assert not messages.contradictions()


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with COMPILED.open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    catalog, _ = messages.merged()
    singular = [one for one in catalog if one.id and isinstance(one.id, str) and not one.context]

    stale = [one.id for one in singular if compiled.gettext(str(one.id)) != one.string]

    assert singular
    assert not stale


def test_the_compiled_catalogue_knows_russian_plurals() -> None:
    with COMPILED.open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)

    forms = [compiled.ngettext("%(running)s job", "%(running)s jobs", n) for n in (1, 2, 5, 21)]

    assert [form.split()[1] for form in forms] == ["задача", "задачи", "задач", "задача"]


def test_templates_and_modules_are_both_read() -> None:
    places = {path for one in messages.gathered() for path, _ in one.locations}

    assert "core/errors.py" in places
    assert "templates/account/login.html" in places


def test_a_text_without_all_plural_forms_is_not_translated() -> None:
    whole = Message(("%d job", "%d jobs"), ("%d задача", "%d задачи", "%d задач"))
    partial = Message(("%d job", "%d jobs"), ("%d задача", "", "%d задач"))

    assert messages.is_translated(whole)
    assert not messages.is_translated(partial)
    assert not messages.is_translated(None)
