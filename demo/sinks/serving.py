"""Runs both sinks in one event loop until SIGTERM, and says in DIR/sinks.json where they are."""

import asyncio
import base64
import contextlib
import os
import secrets
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from demo.sinks import http_server, smtp_server
from demo.sinks.accept_log import AcceptLog
from demo.sinks.control import Switchboard, write_whole
from demo.sinks.http_server import Reply, Request
from demo.sinks.readers import Readers
from demo.sinks.sms_gateway import SmsGateway
from demo.sinks.webhooks import WebhookSender

ADDRESSES = "sinks.json"


@dataclass(frozen=True, slots=True)
class Sinks:
    """The parts of one running pair."""

    switchboard: Switchboard
    webhooks: WebhookSender
    readers: Readers
    smtp: smtp_server.SmtpSink
    gateway: SmsGateway

    def counts(self) -> dict[str, int]:
        return {
            "smtp_accepted": self.smtp.accepted,
            "smtp_refused": self.smtp.refused,
            "smtp_connections": self.smtp.connections,
            "letters_waiting": self.readers.waiting,
            "letters_opened": self.readers.opened,
            "letters_clicked": self.readers.clicked,
            "sms_accepted": self.gateway.accepted,
            "sms_duplicates": self.gateway.duplicates,
            "sms_waiting": self.gateway.waiting,
            "facts_waiting": self.webhooks.waiting,
            "webhooks_told": self.webhooks.told,
            "webhooks_failed": self.webhooks.failed,
        }

    async def handle(self, request: Request) -> Reply:
        """One address table for the gateway and the switchboard."""
        match request.method, request.path:
            case "POST", "/send":
                return await self.gateway.send(request)
            case "GET", "/status":
                return await self.gateway.status(request)
            case "GET" | "PATCH", "/control":
                return await self.switchboard.answer(request, self.counts())
        return http_server.json_reply(404, {"error": {"code": "not_found"}})


async def run(home: Path, *, smtp_port: int, sms_port: int, callback_url: str) -> None:
    """Serve until a signal."""
    before = _remembered(home)
    secret = before.get("webhook_secret") or _new_secret()
    sinks = _assembled(home, secret)
    if callback_url:
        sinks.switchboard.change({"sms": {"webhooks": {"url": callback_url}}})
    smtp = await _listening(
        lambda port: smtp_server.serve(sinks.smtp, port), smtp_port, before.get("smtp_port", 0)
    )
    http = await _listening(
        lambda port: http_server.serve(sinks.handle, port), sms_port, before.get("sms_port", 0)
    )
    telling = asyncio.create_task(sinks.webhooks.run())
    write_whole(home / ADDRESSES, _addresses(smtp, http, secret))
    await _until_told_to_stop()
    telling.cancel()
    smtp.close()
    http.close()


def _assembled(home: Path, secret: str) -> Sinks:
    switchboard = Switchboard(home)
    webhooks = WebhookSender(secret, lambda: switchboard.of("sms"))
    readers = Readers(lambda: switchboard.of("email"))
    mail_log, sms_log = AcceptLog(home / "smtp.jsonl"), AcceptLog(home / "sms.jsonl")
    smtp = smtp_server.SmtpSink(mail_log, lambda: switchboard.of("email"), readers.receive)
    gateway = SmsGateway(sms_log, lambda: switchboard.of("sms"), webhooks)
    return Sinks(switchboard, webhooks, readers, smtp, gateway)


def _remembered(home: Path) -> dict[str, Any]:
    """The addresses of the last run: kept where they can be, so that stored settings stay true."""
    path = home / ADDRESSES
    with contextlib.suppress(ValueError, OSError):
        found = orjson.loads(path.read_bytes())
        return found if isinstance(found, dict) else {}
    return {}


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


async def _listening(
    serve: Callable[[int], Awaitable[asyncio.Server]], asked: int, last: int
) -> asyncio.Server:
    """The port asked for, else the last one, else any."""
    if asked:
        return await serve(asked)
    with contextlib.suppress(OSError):
        return await serve(last)
    return await serve(0)


def _addresses(smtp: asyncio.Server, http: asyncio.Server, secret: str) -> dict[str, Any]:
    sms_port = _port(http)
    return {
        "pid": os.getpid(),
        "smtp_host": "127.0.0.1",
        "smtp_port": _port(smtp),
        "sms_port": sms_port,
        "sms_url": f"http://127.0.0.1:{sms_port}",
        "control_url": f"http://127.0.0.1:{sms_port}/control",
        "webhook_secret": secret,
    }


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _until_told_to_stop() -> None:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    await told.wait()
