"""Everything that a template may not be, from the corpus of bad input, with the place named."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.templates import Part, TemplateRefused, check, compile_template
from campaigns.rules.templates.markup import has_unsubscribe
from tests.campaigns.rules.template_person import CATALOGUE, codes, shown


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


@pytest.mark.parametrize(
    "shown_by", ["number", "number: 4", "money", 'plural: "a", "b"', 'plural: "a", "b", "c"']
)
@pytest.mark.parametrize("text", ["1e99999999", "-1e99999999", "1e-99999999", "1e999999999999"])
def test_a_short_text_of_a_very_long_number_fills_no_memory(text: str, shown_by: str) -> None:
    template = compile_template(f'{{{{ "{text}" | {shown_by} }}}}', Part.TEXT, {})

    assert len(template.render({})) < 10


def test_a_number_as_long_as_sums_are_is_shown() -> None:
    source = '{{ "-12345678901234567890.25" | number: 2 }}'
    template = compile_template(source, Part.TEXT, {})

    assert template.render({}).replace("\xa0", "") == "-12345678901234567890,25"


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


@given(st.text(max_size=200))
def test_any_source_is_refused_or_rendered_without_an_error(source: str) -> None:
    problems = check(source, Part.HTML, CATALOGUE)

    assert problems or shown(source, Part.HTML) is not None


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
