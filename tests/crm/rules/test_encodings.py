"""The encoding of a Russian file is found whatever the case of its letters."""

import pytest

from crm.rules import encodings

CYRILLIC = ("cp1251", "koi8-r", "cp866")
TEXTS = {
    "capital header": "ДАТА;КЛИЕНТ;СУММА\n2024-01-05;17;10,50\n",
    "capitals only": "ДАТА;КЛИЕНТ;СУММА\n2024-01-05;ИВАНОВА АННА;10,50\n",
    "small header": "дата;клиент;сумма\n2024-01-05;17;10,50\n",
    "names": "Дата заказа;Клиент;Сумма\n2024-01-05;Анна Щукина;10,50\n",
    "capital header, names": "ДАТА;КЛИЕНТ;СУММА\n2024-01-05;Борис;10\n2024-01-06;Фёдор;20\n",
    "marks": "№;Клиент;Сумма\n1;Иванов Пётр;10\n2;Общество Ромашка;20\n",
    "joined words": "НомерЗаказа;ДатаЗаказа;СуммаЗаказа\n1;2024-01-05;10\n",
    "one short word": "customer;date;amount\n1;2024-01-05;10 руб.\n2;2024-01-06;20 руб.\n",
    "repeated": "Номер заказа;Клиент;Дата;Сумма\n" + "1;5;2024-01-05;10,60 руб.\n" * 99,
    "one word": "ID;Клиент;Amount\n1;2;10\n",
}


@pytest.mark.parametrize("encoding", CYRILLIC)
@pytest.mark.parametrize("kind", list(TEXTS))
def test_russian_is_read_as_it_was_written(kind: str, encoding: str) -> None:
    head = TEXTS[kind].encode(encoding, errors="replace")

    assert encodings.guess(head) == encoding


def test_quotes_and_dashes_of_windows_do_not_mislead() -> None:
    head = "Клиент;Товар\n1;«Чай» – чёрный…\n2;№ 5 — “Кофе”\n".encode("cp1251")

    assert encodings.guess(head) == "cp1251"


def test_unicode_is_judged_before_them() -> None:
    assert encodings.guess(TEXTS["capital header"].encode()) == "utf-8"
    assert encodings.guess(TEXTS["capital header"].encode("utf-8-sig")) == "utf-8-sig"
    assert encodings.guess(TEXTS["capital header"].encode("utf-16")) == "utf-16"


def test_a_sign_that_tells_nothing_is_of_windows() -> None:
    assert encodings.guess(b"\xb9;price\n1;10\n") == "cp1251"


WESTERN = {
    "names": "customer;date\nCafé;1\nMüller;2\n",
    "headings": "Kunde;Größe;Betrag\n1;1;2\n",
    "pounds": "customer,amount\n1,£12.50\n",
    "euros": "customer;amount\n1;12,50 €\n",
    "a pound by itself": "order,description\n1,PINK £ BOX\n",
    "capitals": "id;name\n1;Éva\n2;Åsa\n",
}


@pytest.mark.parametrize("kind", list(WESTERN))
def test_western_letters_among_latin_ones_are_no_cyrillic(kind: str) -> None:
    assert encodings.guess(WESTERN[kind].encode("cp1252")) == "cp1252"


def test_bytes_windows_has_no_letters_for_are_read_as_latin() -> None:
    assert encodings.guess("Müller\x81;café\n".encode("latin-1")) == "latin-1"


def test_hard_spaces_alone_are_of_no_language() -> None:
    assert encodings.guess(b"amount\n1\xa0234,50\n") == "cp1251"
