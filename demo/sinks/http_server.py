"""An HTTP/1.1 server under control byte by byte, so that an answer can be cut, dripped or lost."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import orjson

MAX_BODY = 5_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """One call, read whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send back, and how the connection then ends."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # whole; half and then a TCP reset; nothing at all for `seconds`; a byte at a time.
    manner: Literal["whole", "reset", "hang", "drip"] = "whole"
    seconds: float = 0.0

    def encoded(self) -> bytes:
        phrase = HTTPStatus(self.status).phrase
        headers = {"Content-Type": "application/json", **self.headers}
        headers.setdefault("Content-Length", str(len(self.body)))
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def json_reply(status: int, document: Any, **headers: str) -> Reply:
    """A JSON answer."""
    return Reply(status, orjson.dumps(document), headers)


Handler = Callable[[Request], Awaitable[Reply]]


async def serve(handler: Handler, port: int) -> asyncio.Server:
    """Listen on 127.0.0.1; port 0 takes any free one."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
            await _converse(handler, reader, writer)
        writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", port, backlog=1024)


async def _converse(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        reply = await handler(await _read(reader))
        await _write(reply, writer)
        if reply.manner in {"reset", "hang"} or "Connection" in reply.headers:
            return


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _version = head[0].split(" ")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if length > MAX_BODY:
        raise ValueError("too large")
    parts = urlsplit(target)
    body = await reader.readexactly(length)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


async def _write(reply: Reply, writer: asyncio.StreamWriter) -> None:
    encoded = reply.encoded()
    match reply.manner:
        case "whole":
            writer.write(encoded)
            await writer.drain()
        case "hang":
            await asyncio.sleep(reply.seconds)
        case "reset":
            await _reset(encoded[: len(encoded) // 2], writer)
        case "drip":
            await _drip(encoded, reply.seconds / len(encoded), writer)


async def _reset(start: bytes, writer: asyncio.StreamWriter) -> None:
    """Send a beginning, then an RST instead of a FIN."""
    writer.write(start)
    await writer.drain()
    await asyncio.sleep(0.02)
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _drip(encoded: bytes, pause: float, writer: asyncio.StreamWriter) -> None:
    for place in range(len(encoded)):
        writer.write(encoded[place : place + 1])
        await writer.drain()
        await asyncio.sleep(pause)
