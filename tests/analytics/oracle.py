"""A slow lifecycle book: it walks through every day of every customer and writes down moves."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

Book = dict[str, dict[str, int]]


@dataclass
class Person:
    """What is known of one customer at the end of a day."""

    state: str = ""
    first: date | None = None
    last: date | None = None
    last_gap: int | None = None
    days: int = 0


@dataclass
class Walk:
    """A walk over all days; `flows` counts moves by month."""

    threshold: int
    people: dict[int, Person] = field(default_factory=dict)
    flows: dict[str, Counter[str]] = field(default_factory=dict)
    converted: Counter[str] = field(default_factory=Counter)

    def note(self, day: date, what: str, times: int = 1) -> None:
        self.flows.setdefault(month(day), Counter())[what] += times

    def morning(self, day: date) -> None:
        """Whoever has not bought for more than the threshold falls asleep."""
        for person in self.people.values():
            is_over = (day - (person.last or day)).days > self.threshold
            if is_over and person.state != "sleeping":
                self.note(day, f"{person.state}_to_sleeping")
                person.state = "sleeping"

    def buys(self, who: int, day: date, orders: int) -> None:
        person = self.people.setdefault(who, Person(first=day))
        before = person.state or "first"
        self.note(day, f"orders_{before}", orders)
        self.note(day, "first_purchases" if before == "first" else f"{before}_to_active")
        if person.days == 1 and before == "new" and person.first:
            self.converted[month(person.first)] += 1
        person.last_gap = (day - person.last).days if person.last else None
        person.state = "new" if before == "first" else "active"
        person.last, person.days = day, person.days + 1

    def stocks(self) -> dict[str, int]:
        states = Counter(person.state for person in self.people.values())
        woken = [
            p for p in self.people.values()
            if p.state == "active" and (p.last_gap or 0) > self.threshold
        ]  # fmt: skip
        return {
            "base": len(self.people), "new": states["new"], "active": states["active"],
            "sleeping": states["sleeping"], "reactivated": len(woken),
        }  # fmt: skip


def month(day: date) -> str:
    return day.strftime("%Y-%m")


def walk(sales: Iterable[tuple[int, date]], as_of: date, threshold: int) -> Book:
    """The book by month: stocks at its end (or at `as_of`), flows within it."""
    bought: Mapping[tuple[date, int], int] = Counter((day, who) for who, day in sales)
    past = sorted(day for day, _ in bought if day <= as_of)
    if not past:
        return {}
    walked, book = Walk(threshold), Book()
    for offset in range((as_of - past[0]).days + 1):
        day = past[0] + timedelta(offset)
        walked.morning(day)
        for (when, who), orders in sorted(bought.items()):
            if when == day:
                walked.buys(who, day, orders)
        book[month(day)] = walked.stocks()
    return {
        name: {**stocks, **walked.flows.get(name, Counter()), "converted": walked.converted[name]}
        for name, stocks in book.items()
    }
