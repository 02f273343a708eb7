"""A word of its name tells a column that has no usual name, unless another word says otherwise."""

import pytest

from crm.rules import header_words, headers

ORDER = ["Номер заказа", "Клиент", "Дата", "Сумма"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["client_id", "Purchase Day (local)", "amount"], {"Purchase Day (local)": "date"}),
        (["buyerAccountRef", "date", "amount"], {"buyerAccountRef": "customer"}),
        (["Код покупателя в системе", "Дата", "Сумма"], {"Код покупателя в системе": "customer"}),
        (["Клиент", "Дата приёма заказа", "Сумма"], {"Дата приёма заказа": "date"}),
        (["customer", "date", "dollar_value"], {"dollar_value": "amount"}),
        (["customer", "date", "Сумма чека клиента"], {"Сумма чека клиента": "amount"}),
    ],
)
def test_a_word_tells_what_no_name_does(names: list[str], told: dict[str, str]) -> None:
    exact = headers.recognise(names, headers.ORDERS)

    found = header_words.completed(exact, names, headers.ORDERS)

    assert {name: field for name, field in found.items() if name not in exact} == told


@pytest.mark.parametrize(
    "name",
    [
        "customer_type", "Тип клиента", "Customer City", "ship_date_actual", "Дата рождения клиента",
        "last_order_date", "Дата последней покупки", "discount_total", "Сумма скидки", "total_tax",
        "Сумма бонусов", "total_before_discount", "price per unit sold", "day_of_week", "orders_count",
    ],
)  # fmt: skip
def test_what_another_word_says_otherwise_of_is_left(name: str) -> None:
    assert header_words.completed({}, [name], headers.ORDERS) == {}


def test_a_usual_name_goes_before_a_word() -> None:
    names = [*ORDER, "Дата приёма заказа", "Сумма заказа клиента"]
    exact = headers.recognise(names, headers.ORDERS)

    assert header_words.completed(exact, names, headers.ORDERS) == exact


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["Номер", "Дата приёма", "Покупатель", "Телефон", "E-mail", "Сумма заказа"], "orders"),
        (["customer_id", "date", "number_of_cds", "dollar_value"], "orders"),
        (["ФИО", "Телефон", "Город", "Дата создания", "Сумма всех покупок"], "customers"),
        (["client_id", "email", "Дата последней покупки", "Сумма всех покупок"], "customers"),
        (["email", "city"], "customers"),
    ],
)
def test_people_are_people_whatever_they_spent(names: list[str], kind: str) -> None:
    assert header_words.guess_kind(names) == kind
