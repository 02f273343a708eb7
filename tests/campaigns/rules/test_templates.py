"""The template language against the corpus of bad input, and what it shows to people."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.templates import (
    Kind,
    Part,
    RenderFailed,
    TemplateRefused,
    Variable,
    check,
    compile_template,
)
from campaigns.rules.templates.markup import has_unsubscribe

CATALOGUE = {
    "customer.first_name": Variable(Kind.TEXT, "First name", "Анна", is_nullable=True),
    "customer.city": Variable(Kind.TEXT, "City", "Казань"),
    "points": Variable(Kind.NUMBER, "Points", 300),
    "spent": Variable(Kind.MONEY, "Spent", 123_450),
    "expires_on": Variable(Kind.DATE, "Expires", date(2026, 11, 1)),
    "unsubscribe_url": Variable(Kind.URL, "Unsubscribe", "https://shop.example/m/u/1"),
    "products": Variable(
        Kind.LIST,
        "Products",
        [{"name": "Mug", "url": "https://shop.example/mug"}],
        fields={"name": Variable(Kind.TEXT), "url": Variable(Kind.URL)},
    ),
}
PERSON: dict[str, Any] = {
    "customer": {"first_name": "Анна", "city": "Казань"},
    "points": 1_234,
    "spent": 123_450,
    "expires_on": date(2026, 11, 1),
    "unsubscribe_url": "https://shop.example/m/u/1",
    "products": [{"name": "Mug & Co", "url": "https://shop.example/mug?a=1&b=2"}],
}


def shown(source: str, part: Part = Part.TEXT, **changes: Any) -> str:
    return compile_template(source, part, CATALOGUE).render(PERSON | changes)


def codes(source: str, part: Part = Part.HTML) -> list[str]:
    return [problem.code for problem in check(source, part, CATALOGUE)]


@pytest.mark.parametrize(
    "source",
    ["${7*7}", "<%=7*7%>", "#{7*7}", "{% raw %}{{7*7}}{% endraw %}", "{0.__init__.__globals__}"],
)
def test_other_languages_are_plain_text(source: str) -> None:
    assert "49" not in shown(source)
    assert shown(source) in (source, "{{7*7}}")


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("{{7*7}}", "syntax", 1, 4),
        ("Hi\n {{ customer.__class__.__mro__ }}", "unknown_variable", 2, 5),
        ("{{ ''|attr('__class__') }}", "syntax", 1, 11),
        ("{{ '' | attr: '__class__' }}", "unknown_filter", 1, 9),
        ("{{ request.user.password }}", "unknown_variable", 1, 4),
        ("{{ settings.SECRET_KEY }}", "unknown_variable", 1, 4),
        ("{{ customer.password_hash }}", "unknown_variable", 1, 4),
        ("{{ customer }}", "unknown_variable", 1, 4),
        ("{{ customer[points] }}", "unknown_variable", 1, 4),
        ("{{ customer['__class__'] }}", "unknown_variable", 1, 4),
        ("{{ points | default: customer.secret }}", "unknown_variable", 1, 22),
        ("{{ now }}", "unknown_variable", 1, 4),
        ("{{ products.size }}", "unknown_variable", 1, 4),
        ("{% load log %}", "unknown_tag", 1, 4),
        ("{% include '/etc/passwd' %}", "unknown_tag", 1, 4),
        ("{% render 'x' %}", "unknown_tag", 1, 4),
        ("{% extends var %}", "unknown_tag", 1, 4),
        ("{% debug %}", "unknown_tag", 1, 4),
        ("{% ssi '/etc/passwd' %}", "unknown_tag", 1, 4),
        ("{% assign a = 1 %}", "unknown_tag", 1, 4),
        ("{% capture a %}x{% endcapture %}", "unknown_tag", 1, 4),
        ("{% liquid echo points %}", "unknown_tag", 1, 4),
        ('{{ env "DB_PASSWORD" }}', "syntax", 1, 8),
        ("{{ points | center: 1000000000 }}", "unknown_filter", 1, 13),
        ("{% for i in (1..1000000000) %}x{% endfor %}", "not_a_list", 1, 4),
        ("{% for i in customer.city %}x{% endfor %}", "not_a_list", 1, 4),
        ("{{ points", "syntax", 1, 1),
        ("{% if points %}", "syntax", 1, 1),
        ("{{ 'a' if points else 'b' }}", "syntax", 1, 8),
    ],
)
def test_what_cannot_be_saved_is_refused_with_its_place(
    source: str, code: str, line: int, column: int
) -> None:
    with pytest.raises(TemplateRefused) as caught:
        compile_template(source, Part.TEXT, CATALOGUE)

    first = caught.value.problems[0]
    assert (first.code, first.line, first.column) == (code, line, column)


def loops(depth: int) -> str:
    return "{% for p in products %}" * depth + "x" + "{% endfor %}" * depth


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (loops(5), "too_many_loops"),
        (loops(40), "syntax"),
        ("{{ points }}" * 10_000, "too_many_variables"),
        ("x" * 10_000_000, "too_long"),
        ("{% if points %}" * 100 + "{% endif %}" * 100, "syntax"),
    ],
)
def test_what_is_too_much_is_refused(source: str, code: str) -> None:
    assert codes(source)[0] == code


@pytest.mark.parametrize(
    "source",
    [
        "<!--" * 60_000,
        "<meta " * 40_000,
        "<" + " " * 250_000,
        "<a " + "x" * 200_000 + "{{ points }}" * 999,
        ("<a " + "x" * 3_900 + "{{ points }}" * 16) * 60,
        "<script>" * 30_000,
        'href="' * 40_000,
        "{{ points" + " | number" * 20_000 + "}}",
        "{{ points." + "a." * 100_000 + "b }}",
        "{% if " + "points or " * 20_000 + "points %}{% endif %}",
        "{% if " + "points or " * 900 + "points %}{% endif %}",
        "{{ points | default: " + "(" * 10_000 + "}}",
    ],
    ids=range(12),
)
def test_a_template_made_to_be_slow_is_checked_quickly(source: str) -> None:
    started = time.process_time()

    check(source, Part.HTML, CATALOGUE)

    assert time.process_time() - started < 4


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


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('<a href="{{ points }}">', "not_a_url"),
        ('<a href="{{ unsubscribe_url | upcase }}">', "not_a_url"),
        ("<a href='{{ customer.city }}'>", "not_a_url"),
        ('<a href="https://x/?a={{ points }}">', "needs_url_encode"),
        ('<a href="{{ unsubscribe_url }}{{ points }}">', "needs_url_encode"),
        ("<p {{ points }}>", "value_outside_quotes"),
        ("<p title={{ points }}>", "value_outside_quotes"),
        ('<p style="{{ points }}">', "value_in_code"),
        ("<style>{{ points }}</style>", "value_in_code"),
        ("<script>x</script>", "forbidden_html"),
        ("<p onclick='x'>", "forbidden_html"),
        ("<svg/onload=x>", "forbidden_html"),
        ("<iframe src='https://x'>", "forbidden_html"),
        ("<form action='https://x'>", "forbidden_html"),
        ("<base href='https://x'>", "forbidden_html"),
        ("<link rel='x'>", "forbidden_html"),
        ('<meta http-equiv="refresh" content="0">', "forbidden_html"),
        ("<p style='width: expression(1)'>", "forbidden_html"),
        ("<style>@import 'x'</style>", "forbidden_html"),
        ('<a href="javascript:x">', "forbidden_link"),
        ('<a href="java&#115;cript:x">', "forbidden_link"),
        ("<a href=' \tjava\nscript:x'>", "forbidden_link"),
        ("<img src=data:image/png;base64,AAAA>", "forbidden_link"),
    ],
)
def test_html_that_no_message_may_have_is_refused(source: str, code: str) -> None:
    assert code in codes(source)


@pytest.mark.parametrize(
    "source",
    [
        '<a href="https://x/?a={{ points | url_encode }}">x</a>',
        '<a title="{{ customer.city }}" href="{{ unsubscribe_url }}">x</a>',
        "<style>p { color: red }</style><p>{{ points }}</p>",
        "{% if points > 3 %}<p>{{ points }}</p>{% endif %}",
        "3 < 5 {{ points }}",
        "<!-- <a href= -->{{ points }}",
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    ],
)
def test_ordinary_html_is_not_refused(source: str) -> None:
    assert codes(source) == []


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


@given(st.text(max_size=200))
def test_any_source_is_refused_or_rendered_without_an_error(source: str) -> None:
    problems = check(source, Part.HTML, CATALOGUE)

    assert problems or shown(source, Part.HTML) is not None


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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<a href="{{ unsubscribe_url }}">leave</a>', True),
        ("<a class='x' href='{{unsubscribe_url}}'>leave</a>", True),
        ('<!-- <a href="{{ unsubscribe_url }}">leave</a> -->', False),
        ("{{ unsubscribe_url }}", False),
        ("", False),
    ],
)
def test_a_letter_without_a_visible_way_out_is_noticed(source: str, *, expected: bool) -> None:
    assert has_unsubscribe(source) is expected
