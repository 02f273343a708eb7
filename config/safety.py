"""What a start refuses: settings that would give away an installation open to others."""

from collections.abc import Collection
from urllib.parse import urlsplit

SHORTEST_KEY = 32
LEAST_SIGNS = 8
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def why_unsafe(
    *, secret_key: str, is_debugging: bool, hosts: Collection[str], public_url: str
) -> str:
    """The sentence that refuses these settings, empty for good ones.

    At home, under an address of this machine, nobody else can be: anything goes there. A weak key
    is refused under any other address, since links that are sent out are signed with it.
    """
    address = urlsplit(public_url)
    if address.hostname in THIS_MACHINE:
        return ""
    if len(secret_key) < SHORTEST_KEY or len(set(secret_key)) < LEAST_SIGNS:
        return f"SECRET_KEY is too weak: take {SHORTEST_KEY} random characters or more."
    return _why_open(hosts, is_debugging=is_debugging) if address.scheme == "https" else ""


def _why_open(hosts: Collection[str], *, is_debugging: bool) -> str:
    if is_debugging:
        return "DEBUG shows the inside of errors to everybody: switch it off, or serve http."
    if any(host.strip(". ") in {"", "*"} for host in hosts):
        return "ALLOWED_HOSTS names everything: name the hosts that people open."
    return ""
