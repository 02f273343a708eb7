"""Columns are known by their names, with a unit at the end or without."""

import pytest

from crm.rules import headers


@pytest.mark.parametrize(
    "header",
    [
        "Сумма заказа (руб.)", "Сумма чека, руб.", "Сумма, ₽", "Сумма (₽)", "Сумма,р.",
        "payment_value (BRL)", "Amount [USD]", "amount, $", "Total (£)", "amount",
    ],
)  # fmt: skip
def test_a_unit_at_the_end_of_a_header_is_passed_over(header: str) -> None:
    found = headers.recognise(["customer_id", "date", header], headers.ORDERS)

    assert found[header] == "amount"


@pytest.mark.parametrize(
    "header", ["Amount (tax)", "Сумма, скидка", "total (customer id)", "Сумма (бонусы)", "(USD)"]
)
def test_what_is_no_unit_means_something_else(header: str) -> None:
    assert headers.recognise(["customer_id", "date", header], headers.ORDERS) == {
        "customer_id": "customer",
        "date": "date",
    }


def test_a_name_by_itself_goes_before_the_same_with_a_unit() -> None:
    found = headers.recognise(["customer", "date", "amount (EUR)", "amount"], headers.ORDERS)

    assert (found.get("amount"), found.get("amount (EUR)")) == ("amount", None)


def test_a_better_name_with_a_unit_goes_before_a_worse_one() -> None:
    found = headers.recognise(["Клиент", "Дата", "Стоимость", "Сумма, руб."], headers.ORDERS)

    assert found["Сумма, руб."] == "amount"


def test_units_of_days_and_pieces_are_passed_over() -> None:
    names = ["Клиент", "Дата заказа (МСК)", "Артикул", "Кол-во, шт.", "Цена за единицу, руб."]

    found = headers.recognise(names, headers.LINES)

    assert list(found.values()) == ["customer", "date", "product", "quantity", "unit_price"]


@pytest.mark.parametrize(
    ("header", "of_orders", "of_people"),
    [
        ("Карта лояльности", "customer", "card"),
        ("Номер карты лояльности", "customer", "card"),
        ("ФИО клиента", "customer", "full_name"),
        ("ФИО", "customer", "full_name"),
    ],
)
def test_people_are_known_by_card_and_by_name(header: str, of_orders: str, of_people: str) -> None:
    as_orders = headers.recognise([header, "Дата", "Сумма"], headers.ORDERS)
    as_people = headers.recognise([header, "Город"], headers.CUSTOMERS)

    assert (as_orders[header], as_people[header]) == (of_orders, of_people)


def test_a_number_of_a_customer_goes_before_the_name() -> None:
    found = headers.recognise(["ФИО клиента", "ID клиента", "Дата", "Сумма"], headers.ORDERS)

    assert found["ID клиента"] == "customer"
    assert "ФИО клиента" not in found


@pytest.mark.parametrize(
    "names",
    [
        ["Kundennummer", "Bestellnummer", "Bestelldatum", "Gesamtbetrag (€)"],
        ["Cliente", "Número do pedido", "Data do pedido", "Valor total"],
        ["ID cliente", "Factura", "Fecha", "Importe total"],
        ["Numéro client", "Numéro commande", "Date de commande", "Montant TTC"],
        ["Email (Billing)", "Order Number", "Order Date", "Order Total Amount"],
        ["Номер карты", "Номер чека", "Время закрытия", "Сумма со скидкой, р."],
        ["customer_id", "order_id", "date_utc", "amount_usd"],
    ],
)
def test_other_languages_and_programs_are_known(names: list[str]) -> None:
    found = headers.recognise(names, headers.ORDERS)

    assert [found.get(name) for name in names] == ["customer", "order_id", "date", "amount"]


def test_a_name_goes_before_a_phone_and_an_address_before_a_name() -> None:
    named = headers.recognise(["PHONE", "CUSTOMERNAME"], headers.ORDERS)
    mailed = headers.recognise(["Customer Name", "Email"], headers.ORDERS)

    assert (named.get("CUSTOMERNAME"), mailed.get("Email")) == ("customer", "customer")
