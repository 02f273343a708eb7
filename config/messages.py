"""Gathers what people read: msgids of code and templates, Russian from locale/ru/parts, one catalogue.

`python -m config.messages` writes locale/ru/LC_MESSAGES/django.po and .mo and fails when a text
has no Russian. Pure Python (Babel), so no gettext binary is needed.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
RUSSIAN = ROOT / "locale" / "ru"
APPS = ("core", "crm", "loyalty", "campaigns", "analytics", "config", "demo")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Made by `make messages` from locale/ru/parts: change the text there."
NOWHEN = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str, str]


def key_of(message: Message) -> Key:
    """The context and the (singular) msgid."""
    name = message.id[0] if isinstance(message.id, tuple) else message.id
    return message.context or "", str(name)


def is_translated(message: Message | None) -> bool:
    """Every plural form is there."""
    if message is None:
        return False
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    wanted = 3 if isinstance(message.id, tuple) else 1
    return len(forms) == wanted and all(forms)


def sources() -> Iterator[tuple[str, str]]:
    """Python-like text of every module and template, with its path."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            lines = (line.lstrip() for line in text.splitlines())
            yield str(path.relative_to(ROOT)), "\n".join(lines)


def gathered() -> Catalog:
    """Every msgid the code and the templates say, with the files that say it."""
    catalog = Catalog()
    for path, text in sources():
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS)
        for _line, msgid, _comments, context in found:
            if msgid:
                catalog.add(msgid, locations=[(path, 0)], context=context)
    return catalog


def written() -> dict[Key, Message]:
    """The Russian of all parts; core.po goes first, so the words of the frame are everybody's."""
    texts: dict[Key, Message] = {}
    for path in parts():
        for message in read_part(path):
            texts.setdefault(key_of(message), message)
    return texts


def contradictions() -> list[str]:
    """Texts that two parts translate in two ways: agree, or give one a context (pgettext)."""
    texts = written()
    return [
        f"{path.name}: {message.id!r} is {message.string!r}, elsewhere {texts[key].string!r}"
        for path in parts()
        for message in read_part(path)
        if texts[key := key_of(message)].string != message.string
    ]


def parts() -> list[Path]:
    found = sorted((RUSSIAN / "parts").glob("*.po"))
    return sorted(found, key=lambda path: path.name != "core.po")


def read_part(path: Path) -> list[Message]:
    with path.open("rb") as stream:
        return [
            message for message in read_po(stream, locale="ru", abort_invalid=True) if message.id
        ]


def merged() -> tuple[Catalog, list[Message]]:
    """The Russian catalogue, and the messages that have no Russian yet."""
    texts, missing = written(), []
    catalog = Catalog(
        locale="ru", creation_date=NOWHEN, revision_date=NOWHEN, fuzzy=False, header_comment=HEADER,
        project="Rondo", version="1", msgid_bugs_address="Rondo", last_translator="Rondo",
        language_team="Rondo",
    )  # fmt: skip
    for message in sorted(gathered(), key=key_of):
        if not message.id:
            continue
        russian = texts.get(key_of(message))
        if not is_translated(russian):
            missing.append(message)
        string = russian.string if russian else None
        flags = message.flags | (russian.flags if russian else set())
        catalog.add(message.id, string, message.locations, flags, context=message.context)
    return catalog, missing


def write(catalog: Catalog, folder: Path) -> None:
    """django.po for people, django.mo for the program."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "django.po").open("wb") as stream:
        write_po(stream, catalog, width=100, sort_output=True, include_lineno=False)
    with (folder / "django.mo").open("wb") as stream:
        write_mo(stream, catalog)


def main() -> int:
    catalog, missing = merged()
    write(catalog, RUSSIAN / "LC_MESSAGES")
    for message in missing:
        where = ", ".join(sorted({path for path, _ in message.locations}))
        sys.stderr.write(f"no Russian: {message.id!r} ({where})\n")
    for sentence in contradictions():
        sys.stderr.write(f"{sentence}\n")
    return 1 if missing or contradictions() else 0


if __name__ == "__main__":
    raise SystemExit(main())
