"""What shops write where nobody is named."""

DASHES = frozenset({"-", "--", "–", "—", "<na>", "(null)", "(blank)", "(not set)", "nil", "н/д"})
_NOBODY = DASHES | {
    "guest", "guests", "guest checkout", "guest customer", "anonymous", "anonymous customer",
    "unknown", "unknown customer", "walk-in", "walk in", "walk-in customer", "walk in customer",
    "гость", "аноним", "без карты", "неизвестно", "неизвестный", "не указан", "не указано",
    "розничный покупатель", "розничный клиент", "частное лицо", "физическое лицо", "физлицо",
}  # fmt: skip
_LONGEST = max(map(len, _NOBODY))


def is_guest(name: str) -> bool:
    """Whether the name of a customer says that there is none known."""
    return len(name) <= _LONGEST and name.lower() in _NOBODY
