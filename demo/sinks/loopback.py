"""A very small HTTP client for the sinks' own calls, which never leave the loopback interface."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECONDS = 20.0


def is_loopback(url: str) -> bool:
    """Whether a sink may call this address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in HOSTS and port != 0


async def call(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> int:
    """The status of one call, 0 when there was none; the answer's body is thrown away."""
    if not is_loopback(url):
        return 0
    try:
        return await asyncio.wait_for(_call(method, url, headers or {}, body), SECONDS)
    except (OSError, TimeoutError, ValueError, IndexError, asyncio.IncompleteReadError):
        return 0


async def _call(method: str, url: str, headers: Mapping[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        writer.write(_request(method, url, headers, body))
        status = int((await reader.readline()).split()[1])
        while await reader.read(65_536):
            pass
        return status
    finally:
        writer.close()


def _request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
