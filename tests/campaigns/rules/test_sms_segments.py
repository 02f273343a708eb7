"""SMS segments against an independent implementation (smsutil)."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.sms_segments import BASIC, EXTENSION, Segments, segments, unlike_gsm

GSM = st.text(alphabet=BASIC + EXTENSION, min_size=1, max_size=700)
# ESC is no sign: it opens the extension table, and the oracle counts it as one all the same.
ESCAPE = "\x1b"
ANY = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters=ESCAPE)
    | st.sampled_from("€[]абвё😀👍🏽"),
    min_size=1,
    max_size=400,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("gsm7", 0, 0, 160)),
        ("a" * 160, Segments("gsm7", 160, 1, 0)),
        ("a" * 161, Segments("gsm7", 161, 2, 145)),
        ("a" * 306, Segments("gsm7", 306, 2, 0)),
        ("€" * 80, Segments("gsm7", 160, 1, 0)),
        ("a" * 152 + "€" * 5, Segments("gsm7", 162, 2, 143)),
        ("я" * 70, Segments("ucs2", 70, 1, 0)),
        ("я" * 71, Segments("ucs2", 71, 2, 63)),
        ("😀" * 35, Segments("ucs2", 70, 1, 0)),
        ("😀" * 36, Segments("ucs2", 72, 2, 61)),
        ("я" * 66 + "😀" * 3, Segments("ucs2", 72, 2, 61)),
        ("{curly}", Segments("gsm7", 9, 1, 151)),
    ],
)
def test_the_bill_of_a_text(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@given(GSM)
def test_texts_of_the_gsm_alphabet_are_split_as_the_oracle_splits_them(text: str) -> None:
    oracle = smsutil.split(text)

    assert (segments(text).encoding, segments(text).count) == ("gsm7", len(oracle.parts))


@given(ANY)
def test_any_text_is_split_as_the_oracle_splits_it(text: str) -> None:
    oracle = smsutil.split(text)

    assert segments(text).count == len(oracle.parts)
    assert (segments(text).encoding == "gsm7") == (oracle.encoding == "gsm0338")


def test_an_escape_is_no_sign_of_the_alphabet() -> None:
    assert segments(ESCAPE).encoding == "ucs2"


def test_the_signs_that_double_the_price_are_named_once() -> None:
    assert unlike_gsm("Hi, Анна 5€") == ["А", "н", "а"]
