"""Every page speaks Russian to a Russian reader: no English word of ours is left on it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from core.models import Workspace
from tests import build
from tests.access.addresses import Address, addresses
from tests.access.objects import builder_of

# Files are for other programs too, so their columns keep their names.
PAGES = [
    a
    for a in addresses()
    if a.kind == "page" and "GET" in a.methods and not a.name.endswith(("_export", "_errors"))
]
SILENT = {"script", "style", "svg", "template", "code", "kbd", "textarea", "title"}
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-text"}
# Names and terms that are the same in Russian.
SAME = re.compile(
    r"\b(Rondo|SMS|SMTP|HTTP|HTML|CSV|XLSX|Parquet|gzip|API|URL|RFM|JSON|Excel|English|e-mail|median"
    r"|Ctrl|Enter|Esc|CRM|JavaScript)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]{3,}")
# What the builders call their objects, and the names of tables behind a figure.
BUILT = re.compile(
    r"\S*[@/_.:\d]\S*|Hello|Letter|Everybody(, noted)?|Shop|Sale|sender|A\sjob|A\snote|\bcustomer\b"
)


class Spoken(HTMLParser):
    """The words of a page: its text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.words += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def english(html: str) -> set[str]:
    page = Spoken()
    page.feed(html)
    said = {BUILT.sub("", SAME.sub("", text)).strip() for text in page.words}
    return {text for text in said if WORD.search(text)}


def address_of(page: Address, shop: Workspace) -> str:
    path = "/" + page.route.replace("^", "").replace("$", "")
    for name in page.kwargs:
        value = shop.slug if name == "workspace" else builder_of(page.name, name)(shop)
        path = re.sub(rf"<(\w+:)?{name}>", str(value), path)
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_speaks_russian(page: Address, client: Client) -> None:
    shop = build.workspace("Листва")
    client.force_login(build.member(shop, "owner"))
    client.cookies["django_language"] = "ru"

    answer = client.get(address_of(page, shop))

    assert answer.status_code == 200
    assert english(answer.content.decode()) == set()


def test_an_english_word_is_heard() -> None:
    assert english('<p>Итого</p><a title="Open the row">SMS</a>') == {"Open the row"}
    assert english("<p>Total 12</p><code>code</code>") == {"Total"}
