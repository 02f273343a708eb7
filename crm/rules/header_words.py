"""Columns of orders told by a word of their names, where none bears a name that shops give them."""

import re
from collections.abc import Mapping, Sequence

from crm.rules import headers

_TELLING = {
    "customer": r"customer|client|buyer|shopper|user|member|клиент\w*|покупател\w*|гост[ьяюе]"
                r"|заказчик\w*",
    "date": r"date|datetime|timestamp|day|дата|день|время",
    # A price may be of one piece of several.
    "amount": r"total|amount|sum|revenue|value|paid|spent|sales|сумма|итого?|выручка|стоимость"
              r"|оплачено",
}  # fmt: skip
# Beside these it is a day, a sum or a trait of something else than the order.
_OF_ANOTHER = {
    "customer": r"date|day|time|orders?|total|amount|sum|count|birth\w*|дата|день|время|сумма|заказ\w*"
                r"|рождени\w*|types?|kind|segment|group|age|gender|sex|city|country|region|zip|address|since"
                r"|rating|agent|тип|группа|сегмент|возраст|пол|город|страна|адрес|коммент\w*",
    "date": r"birth\w*|born|regist\w*|sign\w*|joined|last|first|updated?|modified|ship\w*|deliver\w*"
            r"|due|expir\w*|returned|refund\w*|рождени\w*|регистрац\w*|последн\w*|перв\w*|измен\w*"
            r"|доставки|отгрузки|возврата|срок|week|count|number|недели|кол|колич\w*",
    "amount": r"discount\w*|tax|taxes|vat|ship\w*|deliver\w*|freight|refund\w*|fee|cost|profit|tips?"
              r"|points|balance|bonus\w*|currency|code|count|number|qty|quantity|before|sub|percent"
              r"|скидк\w*|ндс|налог\w*|доставк\w*|возврат\w*|комисси\w*|себестоимост\w*|прибыл\w*"
              r"|бонус\w*|балл\w*|баланс\w*|валюта|колич\w*|кол|без|до",
}  # fmt: skip
# A file of people says more than two things of each.
_PEOPLE = 2
_HUMP = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def guess_kind(names: Sequence[str]) -> str:
    """What the names say; files that seem to be of people are orders where a word tells so."""
    kind = headers.guess_kind(names)
    of_orders = headers.recognise(names, headers.ORDERS)
    has_numbers = "order_id" in of_orders.values()
    is_of_people = len(headers.recognise(names, headers.CUSTOMERS)) > _PEOPLE and not has_numbers
    if kind != headers.CUSTOMERS or is_of_people:
        return kind
    told = completed(of_orders, names, headers.ORDERS)
    return headers.CUSTOMERS if headers.missing(told, headers.ORDERS) else headers.ORDERS


def completed(mapping: Mapping[str, str], names: Sequence[str], kind: str) -> dict[str, str]:
    """The mapping with the columns that its kind cannot do without, as far as words tell them."""
    found = dict(mapping)
    if kind == headers.CUSTOMERS:
        return found
    for lacking in headers.missing(found, kind):
        field = lacking.rsplit(" | ", 1)[-1]
        column = next((one for one in names if one not in found and _tells(one, field)), None)
        if column is not None:
            found[column] = field
    return found


def _tells(header: str, field: str) -> bool:
    words = " ".join(re.findall(r"[^\W\d_]+", _HUMP.sub(" ", header))).lower().replace("ё", "е")
    return bool(_has(words, _TELLING[field])) and not _has(words, _OF_ANOTHER[field])


def _has(words: str, pattern: str) -> bool:
    return bool(re.search(rf"\b(?:{pattern})\b", words))
