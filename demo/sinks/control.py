"""The switchboard of the sinks: GET /control shows, PATCH /control changes, files keep it."""

import os
from pathlib import Path
from typing import Any

import orjson

from demo.sinks.http_server import Reply, Request, json_reply
from demo.sinks.personality import Personality, Reading

DEFAULTS = {
    "email": Personality(
        price_micros=30_000,
        reading=Reading(read_rate=0.2, read_delay=(0.5, 8.0), click_rate=0.25),
    ),
    "sms": Personality(
        price_micros=5_600_000,
        reading=Reading(delivered_rate=0.98, read_rate=0.9, read_delay=(0.5, 6.0), click_rate=0.1),
    ),
}


class Switchboard:
    """The two personalities, kept in DIR/personality.json from one start to the next."""

    def __init__(self, home: Path) -> None:
        self._file = home / "personality.json"
        self._personalities = dict(DEFAULTS)
        if self._file.exists():
            self.change(orjson.loads(self._file.read_bytes()))

    def of(self, name: str) -> Personality:
        return self._personalities[name]

    def change(self, changes: dict[str, Any]) -> None:
        """Replace some values of some sinks, all or none; raises KeyError, ValueError, TypeError."""
        changed = {name: self._personalities[name].changed(part) for name, part in changes.items()}
        self._personalities |= changed
        write_whole(self._file, self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        return {name: person.as_dict() for name, person in self._personalities.items()}

    async def answer(self, request: Request, counts: dict[str, int]) -> Reply:
        """Show or change; what cannot be understood is a 400."""
        if request.method == "PATCH":
            try:
                self.change(request.json())
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                return json_reply(400, {"error": {"code": "bad_change", "detail": str(error)}})
        return json_reply(200, {"personality": self.as_dict(), "counts": counts})


def write_whole(path: Path, document: Any) -> None:
    """Replace a JSON file at once, readable by its owner alone."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    draft.chmod(0o600)
    draft.replace(path)
