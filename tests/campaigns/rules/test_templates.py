"""What a template shows to people: defaults, formats, and values that stay in their place."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.templates import Kind, Part, RenderFailed, Variable, compile_template
from tests.campaigns.rules.template_person import CATALOGUE, PERSON, codes, shown


def test_a_nullable_value_needs_a_default_or_a_condition() -> None:
    assert codes("{{ customer.first_name }}") == ["needs_default"]
    assert codes("{{ customer.first_name | default: 'друг' }}") == []
    assert codes("{% if customer.first_name %}{{ customer.first_name }}{% endif %}") == []
    assert codes("{% if points %}{{ customer.first_name }}{% endif %}") == ["needs_default"]
    assert codes("{{ customer.city }}") == []


def test_a_missing_value_shows_its_default_and_never_an_error() -> None:
    source = "Привет, {{ customer.first_name | default: 'друг' }}!"

    assert shown(source, customer={}) == "Привет, друг!"
    assert shown(source, customer={"first_name": ""}) == "Привет, друг!"
    assert shown(source, customer=None) == "Привет, друг!"
    assert shown("[{{ customer.city }}]", customer={}) == "[]"


def test_money_and_dates_need_a_format() -> None:
    assert codes("{{ spent }}{{ expires_on }}") == ["needs_money", "needs_date"]
    assert shown("{{ spent | money: '₽' }}") == "1\xa0234,50\xa0₽"
    assert shown("{{ spent | money }}", spent=200) == "2"
    assert shown("{{ expires_on | date: '%-d.%m.%y' }}") == "1.11.26"
    assert shown("{{ expires_on | date }}", expires_on="2026-11-01") == "01.11.2026"


@pytest.mark.parametrize(
    ("count", "word"),
    [(1, "балл"), (2, "балла"), (5, "баллов"), (11, "баллов"), (21, "балл"), (112, "баллов")],
)
def test_a_number_finds_its_word(count: int, word: str) -> None:
    assert shown("{{ points | plural: 'балл', 'балла', 'баллов' }}", points=count) == word
    assert shown("{{ points | plural: 'point', 'points' }}", points=count) == (
        "point" if count == 1 else "points"
    )


def test_filters_shape_texts() -> None:
    assert shown("{{ points | number }}") == "1\xa0234"
    assert shown("{{ customer.city | upcase }}{{ customer.city | downcase }}") == "КАЗАНЬказань"
    assert (
        shown("{{ customer.city | capitalize }}", customer={"city": "анна-мария"}) == "Анна-мария"
    )
    assert shown("{{ customer.city | truncate: 4 }}") == "Каз…"
    assert shown("{{ customer.city | url_encode }}", customer={"city": "a b&c"}) == "a%20b%26c"


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "'&<"])
def test_html_values_are_escaped_in_html_only(evil: str) -> None:
    source = '<p title="{{ customer.city }}">{{ customer.city | upcase }}</p>'
    html = shown(source, Part.HTML, customer={"city": evil})

    assert "<script" not in html
    assert "<img" not in html
    assert html.count('"') == 2
    assert shown("{{ customer.city }}", Part.TEXT, customer={"city": evil}) == evil
    assert shown("{{ customer.city }}", Part.SMS, customer={"city": evil}) == evil


@pytest.mark.parametrize(
    "evil",
    [
        "Hi\r\nBcc: a@b.c",
        "Hi\nBcc: a@b.c",
        "Hi\x85Bcc: a@b.c",
        "Hi\u2028Bcc: a@b.c",
        "\u202egnp.exe",
    ],
)
def test_a_header_is_one_line(evil: str) -> None:
    header = shown("{{ customer.city }} {{ points }}", Part.HEADER, customer={"city": evil})

    assert len(header.splitlines()) == 1
    assert not set(header) & set("\r\n\x85\u2028\u202e")
    assert "\n" not in shown("a\nb", Part.HEADER)


@pytest.mark.parametrize(
    "evil",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://x/\r\nSet-Cookie: a",
        'https://x/"onclick=y',
        "vbscript:x",
        "",
        7,
    ],
)
def test_an_address_that_is_none_is_missing(evil: Any) -> None:
    link = '<a href="{{ unsubscribe_url }}">x</a>'

    assert shown(link, Part.HTML, unsubscribe_url=evil) == '<a href="">x</a>'


@pytest.mark.parametrize("good", ["https://x/y?a=1", "http://x", "mailto:a@b.c", "tel:+7912"])
def test_an_address_of_a_known_kind_is_kept(good: str) -> None:
    assert good in shown('<a href="{{ unsubscribe_url }}">x</a>', Part.HTML, unsubscribe_url=good)


def test_a_list_is_shown_item_by_item() -> None:
    source = '{% for p in products %}{{ forloop.index }}. <a href="{{ p.url }}">{{ p.name }}</a>{% endfor %}'

    assert shown(source, Part.HTML) == (
        '1. <a href="https://shop.example/mug?a=1&amp;b=2">Mug &amp; Co</a>'
    )
    assert codes("{{ products }}") == ["list_shown_whole"]
    assert codes("{% for p in products %}{{ p.price }}{% endfor %}") == ["unknown_variable"]
    assert codes("{{ p.name }}") == ["unknown_variable"]


def test_conditions_and_comments_work() -> None:
    source = "{% case points %}{% when 5 %}five{% else %}other{% endcase %}"

    assert shown(source, points=5) == "five"
    assert shown("{% unless points > 3 %}few{% else %}many{% endunless %}") == "many"
    assert shown("a{% comment %}{{ secret }}{% endcomment %}b") == "ab"


def test_a_value_is_never_read_as_a_template() -> None:
    evil = "{{ points }}{% if points %}x{% endif %}"

    assert shown("{{ customer.city }}", customer={"city": evil}) == evil


def test_a_text_that_grows_too_long_fails_alone() -> None:
    source = "{% for p in products %}" + "{{ p.name }}" * 400 + "{% endfor %}"
    compiled = compile_template(source, Part.TEXT, CATALOGUE)
    long_names = [{"name": "x" * 10_000}] * 50

    with pytest.raises(RenderFailed):
        compiled.render(PERSON | {"products": long_names})
    assert compiled.render(PERSON).startswith("Mug")


def test_objects_do_not_enter_a_template() -> None:
    class Leaky:
        secret = "leaked"

        def __str__(self) -> str:
            return "shown"

    assert shown("{{ customer.city }}", customer={"city": Leaky()}) == "shown"
    assert shown("[{{ customer.city }}]", customer=Leaky()) == "[]"
    assert shown("[{{ points }}]", points=Leaky()) == "[]"


def test_one_template_serves_many_people_and_mixes_none() -> None:
    compiled = compile_template("{{ customer.city }} {{ points }}", Part.HTML, CATALOGUE)
    texts = [compiled.render({"customer": {"city": f"c{i}"}, "points": i}) for i in range(500)]

    assert texts == [f"c{i} {i}" for i in range(500)]


def test_only_what_is_named_is_asked_for() -> None:
    compiled = compile_template(
        "{{ points }}{% for p in products %}{{ p.name }}{% endfor %}", Part.TEXT, CATALOGUE
    )

    assert set(compiled.used) == {"points", "products"}
    assert compiled.render_sample() == "300Mug"


@given(st.text(max_size=300))
def test_any_value_stays_inside_its_attribute(value: str) -> None:
    html = shown('<p title="{{ customer.city }}">', Part.HTML, customer={"city": value})

    assert html.count('"') == 2
    assert html.count("<") == html.count(">") == 1


def test_values_of_odd_kinds_become_plain() -> None:
    assert shown("{{ points }}", points=2.5) == "2.5"
    assert shown("[{{ points }}]", points=True) == "[]"
    assert shown("{{ points | number: 2 }}", points=Decimal("1234.5")) == "1\xa0234,50"
    assert shown("{{ expires_on | date }}", expires_on=datetime(2026, 1, 2, tzinfo=UTC)) == (
        "02.01.2026"
    )
    assert shown("[{{ expires_on | date }}]", expires_on="soon") == "[]"


def test_a_variable_can_be_described_by_its_sample() -> None:
    assert Variable.of_sample("", 5).kind == Kind.NUMBER
    assert Variable.of_sample("", "https://x").kind == Kind.URL
    assert Variable.of_sample("", "Анна", is_nullable=True) == Variable(
        Kind.TEXT, "", "Анна", is_nullable=True
    )
