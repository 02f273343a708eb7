"""How a sink behaves: prices, readers, webhooks, faults; every chance is a hash, so it repeats."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import blake2b
from typing import Any, Self

Range = tuple[float, float]


def chance(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but its parts."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def within(bounds: Range, point: float) -> float:
    """The point of an interval at a share of its length."""
    return bounds[0] + (bounds[1] - bounds[0]) * point


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail, for a share of the attempts; the kinds are listed by each sink."""

    kind: str
    rate: float = 1.0
    seconds: float = 30.0
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What people do with what they get: rates of 0 to 1, delays in seconds after acceptance."""

    delivered_rate: float = 1.0
    delivered_delay: Range = (0.05, 0.5)
    read_rate: float = 0.0
    read_delay: Range = (0.5, 5.0)
    # A share of those who read.
    click_rate: float = 0.0
    click_delay: Range = (0.5, 3.0)
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How facts are reported back to `url` (none: not at all)."""

    url: str = ""
    batch: int = 100
    every_seconds: float = 0.1
    copies: int = 1
    is_permuted: bool = False
    before_answer: bool = False
    bad_signature_rate: float = 0.0
    unknown_ref_rate: float = 0.0
    # Added to the times told, for a product that runs on a shifted clock.
    clock_offset_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Personality:
    """One sink's character; `seed` changes every draw at once."""

    seed: str = "rondo"
    price_micros: int = 0
    latency: Range = (0.0, 0.0)
    # Open at a time, of the mail server; 0 is any number.
    most_connections: int = 0
    has_pipelining: bool = True
    dedup: bool = True
    dedup_ttl_seconds: float = 86_400.0
    reading: Reading = field(default_factory=Reading)
    webhooks: Webhooks = field(default_factory=Webhooks)
    faults: tuple[Fault, ...] = ()

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """The same with some values replaced; an unknown name raises ValueError."""
        parts: dict[str, Any] = dict(changes)
        if "reading" in parts:
            parts["reading"] = _changed(self.reading, parts["reading"])
        if "webhooks" in parts:
            parts["webhooks"] = _changed(self.webhooks, parts["webhooks"])
        if "faults" in parts:
            parts["faults"] = tuple(_changed(Fault(""), fault) for fault in parts["faults"])
        changed: Self = _changed(self, parts)
        return changed

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def draw(self, *parts: object) -> float:
        """A chance of this personality."""
        return chance(self.seed, *parts)

    def fault_for(self, *parts: object) -> Fault | None:
        """The fault that befalls this attempt, if any: the rates are stacked in order."""
        point, reached = self.draw("fault", *parts), 0.0
        for fault in self.faults:
            reached += fault.rate
            if point < reached:
                return fault
        return None


def _changed(value: Any, changes: Mapping[str, Any]) -> Any:
    known = {one.name for one in fields(value)}
    if unknown := set(changes) - known:
        raise ValueError(f"{type(value).__name__} has no {', '.join(sorted(unknown))}")
    return replace(value, **{name: _frozen(part) for name, part in changes.items()})


def _frozen(part: Any) -> Any:
    return tuple(part) if isinstance(part, list) else part
