"""The simulated outside world: readers who open letters, webhooks with their disorders, restarts."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from campaigns.channels.base import Outgoing, Receipt, WebhookError
from campaigns.channels.http_sms import HttpSmsAdapter
from campaigns.channels.smtp import SmtpAdapter
from demo.sinks.running import RunningSinks

PIXEL = "/m/o/"


@dataclass
class Shop:
    """A loopback site that notes who came: stands for the product's own links and callbacks."""

    port: int = 0
    # Not to be met by chance: a port may be called by whoever still looks for its last owner.
    hook_path: str = field(default_factory=lambda: f"/hook/{secrets.token_hex(8)}")
    visits: list[str] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes, float]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hook(self) -> str:
        return self.url + self.hook_path


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == made.hook_path:
                made.calls.append((dict(self.headers.items()), body, time.time()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def letter(shop: Shop, number: int) -> Outgoing:
    html = (
        f'<p>Привет</p><a href="{shop.url}/m/c/{number}?a=1&amp;b=2">Сюда</a>'
        f'<a href="{shop.url}/m/u/{number}">Отписаться</a><img src="{shop.url}{PIXEL}{number}" width="1">'
    )
    return Outgoing(
        ref=f"letter-{number}",
        address="anna@example.org",
        subject="Привет",
        text="Привет",
        html=html,
        list_unsubscribe_url=f"{shop.url}/m/u/{number}",
    )


def send_letters(sinks: RunningSinks, shop: Shop, count: int) -> None:
    adapter = SmtpAdapter({"host": "127.0.0.1", "port": sinks.smtp_port, "sender": "a@b.example"})
    adapter.send_many([letter(shop, number) for number in range(count)])
    adapter.close()


def habits(**changes: Any) -> dict[str, Any]:
    quick = {"read_delay": [0.0, 0.1], "click_delay": [0.0, 0.1], "delivered_delay": [0.0, 0.1]}
    return {"reading": quick | changes}


def test_a_share_of_the_letters_is_opened_and_some_links_clicked(
    sinks: RunningSinks, shop: Shop
) -> None:
    sinks.configure(email=habits(read_rate=0.5, click_rate=0.5))
    send_letters(sinks, shop, 200)

    assert until(lambda: sinks.counts()["letters_waiting"] == 0)
    opened = [path for path in shop.visits if path.startswith(PIXEL)]
    clicked = [path for path in shop.visits if path.startswith("/m/c/")]
    assert 75 <= len(opened) == len(set(opened)) <= 125
    assert 0.3 * len(opened) <= len(clicked) <= 0.7 * len(opened)
    assert all(path.endswith("?a=1&b=2") for path in clicked)


def test_the_same_letters_are_always_read(sinks: RunningSinks, shop: Shop) -> None:
    sinks.configure(email=habits(read_rate=0.3))
    send_letters(sinks, shop, 60)
    assert until(lambda: sinks.counts()["letters_waiting"] == 0)
    first = sorted(shop.visits)
    shop.visits.clear()
    send_letters(sinks, shop, 60)

    assert until(lambda: sinks.counts()["letters_waiting"] == 0)
    assert sorted(shop.visits) == first != []


def test_nobody_unsubscribes_by_reading(sinks: RunningSinks, shop: Shop) -> None:
    sinks.configure(email=habits(read_rate=1.0, click_rate=1.0))
    send_letters(sinks, shop, 30)

    assert until(lambda: sinks.counts()["letters_waiting"] == 0)
    assert [path for path in shop.visits if path.startswith("/m/u/")] == []
    assert len(shop.visits) == 60


def gateway(sinks: RunningSinks) -> HttpSmsAdapter:
    return HttpSmsAdapter({"url": sinks.sms_url, "webhook_secrets": [sinks.webhook_secret]})


def send_texts(sinks: RunningSinks, name: str, count: int, words: str = "Привет") -> None:
    adapter = gateway(sinks)
    adapter.send_many([Outgoing(f"{name}-{i}", "+7912", words) for i in range(count)])
    adapter.close()


def told(sinks: RunningSinks, shop: Shop) -> tuple[list[Receipt], list[str]]:
    """What the genuine calls said, and why the others were not believed."""
    facts: list[Receipt] = []
    refused: list[str] = []
    for headers, body, _at in shop.calls:
        try:
            facts += gateway(sinks).read_webhook(headers, body, at=datetime.now(UTC))
        except WebhookError as error:
            refused.append(error.code)
    return facts, refused


def all_told(sinks: RunningSinks) -> bool:
    before = sinks.counts()
    time.sleep(0.4)
    return before["sms_waiting"] == 0 and before == sinks.counts()


@pytest.fixture
def loopback(settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True


@pytest.mark.usefixtures("loopback")
def test_facts_come_back_signed_with_our_reference(sinks: RunningSinks, shop: Shop) -> None:
    sinks.configure(
        sms=habits(delivered_rate=1.0, read_rate=0.5, click_rate=0.5)
        | {"webhooks": {"url": shop.hook}}
    )
    send_texts(sinks, "told", 100)

    assert until(lambda: all_told(sinks), 20)
    facts, refused = told(sinks, shop)
    kinds = [str(fact.kind) for fact in facts]
    assert refused == []
    assert kinds.count("delivered") == 100
    assert 30 <= kinds.count("read") <= 70
    assert 0 < kinds.count("clicked") < kinds.count("read")
    assert {fact.ref for fact in facts} == {f"told-{i}" for i in range(100)}


@pytest.mark.usefixtures("loopback")
def test_facts_come_doubled_shuffled_forged_and_about_strangers(
    sinks: RunningSinks, shop: Shop
) -> None:
    sinks.configure(
        sms=habits(delivered_rate=1.0)
        | {
            "webhooks": {
                "url": shop.hook,
                "copies": 3,
                "is_permuted": True,
                "bad_signature_rate": 1.0,
                "unknown_ref_rate": 0.5,
            }
        }
    )
    send_texts(sinks, "mess", 40)

    assert until(lambda: all_told(sinks), 20)
    facts, refused = told(sinks, shop)
    refs = [fact.ref for fact in facts]
    assert set(refused) == {"bad_signature"}
    assert refs.count("mess-0") == 3
    assert "999999999999" in refs
    assert {str(fact.kind) for fact in facts} == {"delivered"}


@pytest.mark.usefixtures("loopback")
def test_a_fact_can_come_before_the_answer(sinks: RunningSinks, shop: Shop) -> None:
    sinks.configure(
        sms=habits(delivered_rate=0.0) | {"webhooks": {"url": shop.hook, "before_answer": True}}
    )

    send_texts(sinks, "first", 1)
    answered_at = time.time()

    assert len(shop.calls) == 1
    assert shop.calls[0][2] < answered_at


@pytest.mark.usefixtures("loopback")
def test_a_link_in_a_text_message_is_clicked_for_real(sinks: RunningSinks, shop: Shop) -> None:
    sinks.configure(sms=habits(delivered_rate=1.0, read_rate=1.0, click_rate=1.0))

    send_texts(sinks, "click", 1, f"Сюда: {shop.url}/m/c/7.")

    assert until(lambda: shop.visits == ["/m/c/7"])


def test_the_sinks_call_nobody_outside_loopback(sinks: RunningSinks) -> None:
    sinks.configure(email=habits(read_rate=1.0, click_rate=1.0))
    stranger = Shop(port=80)
    before = sinks.counts()["letters_opened"]
    adapter = SmtpAdapter({"host": "127.0.0.1", "port": sinks.smtp_port, "sender": "a@b.example"})
    outgoing = letter(stranger, 1)
    adapter.send_many(
        [
            Outgoing(
                "out-1", "a@b.example", "x", html=outgoing.html.replace("127.0.0.1", "192.0.2.1")
            )
        ]
    )
    adapter.close()

    assert until(lambda: sinks.counts()["letters_waiting"] == 0)
    assert sinks.counts()["letters_opened"] == before
