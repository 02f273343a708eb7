"""People who open a letter: they load its pixel and follow its links, as a mail program would."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from html import unescape

from demo.sinks import loopback
from demo.sinks.personality import Personality, within

AT_ONCE = 8
_PIXEL = re.compile(r"<img\b[^>]*?\bsrc=\"([^\"]+)\"[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]+)\"", re.IGNORECASE)
_PLAIN_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Letter:
    """The addresses in a message that a reader may call."""

    pixels: tuple[str, ...]
    links: tuple[str, ...]


def letter(raw: bytes) -> Letter:
    """Read a delivered message as a mail program does; the unsubscribe link is no click."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("html", "plain"))
    html = str(body.get_content()) if body else ""
    leave = str(message.get("List-Unsubscribe", "")).strip("<> ")
    links = [unescape(found) for found in _LINK.findall(html)]
    return Letter(
        pixels=tuple(unescape(found) for found in _PIXEL.findall(html)),
        links=tuple(link for link in links if link != leave and "/m/u" not in link),
    )


def links_of_text(text: str) -> tuple[str, ...]:
    """The addresses in a text message that a sink may call."""
    found = (link.rstrip(".,;:!?)") for link in _PLAIN_LINK.findall(text))
    return tuple(link for link in found if loopback.is_loopback(link))


class Readers:
    """Reads a share of the letters, each after its own delay."""

    def __init__(self, personality: Callable[[], Personality]) -> None:
        self._personality = personality
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self.opened = 0
        self.clicked = 0

    @property
    def waiting(self) -> int:
        return len(self._tasks)

    def receive(self, ref: str, raw: bytes) -> None:
        """Decide by the reference whether this letter is ever opened, and when."""
        person = self._personality()
        rate = person.reading.read_rate
        if rate and person.draw("read", ref) < rate:
            task = asyncio.create_task(self._read(ref, letter(raw), person))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _read(self, ref: str, found: Letter, person: Personality) -> None:
        habits = person.reading
        await asyncio.sleep(within(habits.read_delay, person.draw("read delay", ref)))
        for pixel in found.pixels:
            self.opened += await self._call(pixel, habits.user_agent)
        if found.links and person.draw("click", ref) < habits.click_rate:
            await asyncio.sleep(within(habits.click_delay, person.draw("click delay", ref)))
            chosen = found.links[int(person.draw("link", ref) * len(found.links))]
            self.clicked += await self._call(chosen, habits.user_agent)

    async def _call(self, url: str, user_agent: str) -> bool:
        async with self._places:
            return await loopback.call("GET", url, {"User-Agent": user_agent}) > 0
