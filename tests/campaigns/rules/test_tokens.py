"""Link tokens against the bad input they will meet."""

import hmac
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.keys import derive
from campaigns.rules.tokens import MAX_AGE, Claims, Purpose, issue, read

SECRET, OLD = "a secret of fifty characters or so, made for a test", "the one before it"
DAY = date(2026, 5, 1)
CLAIMS = Claims(workspace_id=3, delivery_id=123_456, link_id=7, issued_on=DAY)
TOKEN = issue(SECRET, Purpose.CLICK, CLAIMS)


def opened(token: str, purpose: Purpose = Purpose.CLICK, on: date = DAY) -> Claims | None:
    return read([SECRET], purpose, token, on=on)


@given(
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.dates(date(2024, 1, 1), date(2100, 1, 1)),
    st.sampled_from(Purpose),
)
def test_what_is_issued_is_read_back(
    workspace_id: int, delivery_id: int, link_id: int, issued_on: date, purpose: Purpose
) -> None:
    claims = Claims(workspace_id, delivery_id, link_id, issued_on)

    assert read([SECRET], purpose, issue(SECRET, purpose, claims), on=issued_on) == claims


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_no_sign_of_a_token_can_be_changed(place: int) -> None:
    other = "A" if TOKEN[place] != "A" else "B"

    assert opened(TOKEN[:place] + other + TOKEN[place + 1 :]) is None


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_truncated_token_is_worthless(length: int) -> None:
    assert opened(TOKEN[:length]) is None


@pytest.mark.parametrize("purpose", [Purpose.PIXEL, Purpose.UNSUBSCRIBE])
def test_a_click_token_serves_no_other_purpose(purpose: Purpose) -> None:
    assert opened(TOKEN, purpose) is None
    assert opened(TOKEN, Purpose.CLICK) == CLAIMS


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6, 7, 8])
def test_another_workspace_or_another_number_needs_another_mac(place: int) -> None:
    neighbour = issue(SECRET, Purpose.CLICK, Claims(4, 123_457, 8, DAY))

    assert opened(neighbour[: place + 1] + TOKEN[place + 1 :]) in (None, CLAIMS)


def test_guessing_numbers_finds_nothing() -> None:
    mac = TOKEN[-20:]
    forged = [issue("guess", Purpose.CLICK, Claims(3, i, 7, DAY))[:-20] + mac for i in range(500)]

    assert [token for token in forged if opened(token) is not None] == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        "1",
        "2" + TOKEN[1:],
        TOKEN + "=",
        TOKEN + "A",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.replace("1", "%31", 1),
        "1" + "A" * 10_000,
        "１" + TOKEN[1:],
        TOKEN + "é",
        "1////++++",
        "../../etc/passwd",
        "1" + "\x00" * 20,
        "https://evil.example",
    ],
)
def test_a_badly_spelt_token_is_worthless(token: str) -> None:
    assert opened(token) is None


@given(st.text(max_size=100))
def test_any_text_is_refused_without_an_error(token: str) -> None:
    assert opened(token) is None


def test_a_year_later_a_token_is_over_and_sixty_days_later_it_is_not() -> None:
    assert opened(TOKEN, on=DAY + timedelta(days=365)) is None
    assert opened(TOKEN, on=DAY + MAX_AGE) == CLAIMS
    assert opened(TOKEN, on=DAY + timedelta(days=60)) == CLAIMS


def test_a_rotated_secret_still_opens_the_links_sent_before() -> None:
    token = issue(OLD, Purpose.CLICK, CLAIMS)

    assert read([SECRET, OLD], Purpose.CLICK, token, on=DAY) == CLAIMS
    assert read([SECRET], Purpose.CLICK, token, on=DAY) is None


def test_a_token_is_short_and_names_nobody() -> None:
    assert len(TOKEN) <= 40
    assert TOKEN.replace("-", "").replace("_", "").isalnum()


def test_the_keys_of_two_purposes_differ() -> None:
    assert derive(SECRET, "link.click") != derive(SECRET, "link.pixel")


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        issue("", Purpose.CLICK, CLAIMS)


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="natural"):
        issue(SECRET, Purpose.CLICK, Claims(-1, 1, 1, DAY))
    with pytest.raises(ValueError, match="63-bit"):
        issue(SECRET, Purpose.CLICK, Claims(2**63, 1, 1, DAY))


def test_the_mac_is_an_ordinary_hmac_of_the_purposes_key() -> None:
    raw = urlsafe_b64decode(TOKEN[1:] + "=" * (-len(TOKEN[1:]) % 4))
    payload, mac = raw[:-16], raw[-16:]

    key = derive(SECRET, "link.click")

    assert mac == hmac.digest(key, b"1|click|" + payload, sha256)[:16]
    assert mac != hmac.digest(key, b"1|pixel|" + payload, sha256)[:16]
