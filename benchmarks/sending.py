"""Bulk e-mail through the whole engine, and the freezing of an audience, against their floors.

Needs a migrated database in the settings and starts the strict SMTP sink. Its workspace stays:
deliveries and their receipts are not deleted.
"""

import math
import multiprocessing
import statistics
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from decimal import Decimal
from email.utils import formatdate
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks import peers
from benchmarks.table import Row
from campaigns import audiences
from campaigns.channels import mime, smtp_lanes
from campaigns.channels.base import Accepted, Outgoing
from campaigns.channels.smtp import CONNECTIONS
from campaigns.channels.smtp_lanes import Ready
from campaigns.channels.smtp_opening import SmtpConfig
from campaigns.channels.smtp_session import Envelope, SmtpSession
from campaigns.models import Campaign, CampaignStep, Channel, Delivery, Run, Template
from campaigns.services import adapters, claiming, freezing, launching, preset_texts, sending
from config.standalone import commands
from config.standing import settle_in
from core import clock
from core.models import Workspace
from core.scoping import Scope
from core.services.jobs import Progress
from demo.sinks import running
from demo.sinks.running import RunningSinks

FULL_MESSAGES = 100_000
# A bulk send, not its first half second.
LEAST_MESSAGES = 50_000
ROUNDS = 5
WORKERS = commands.WORKER_PROCESSES
PEERS = {"post_office": 4, "mailer": 20}
AUDIENCE = "bench_everybody"
_PEOPLE = """
WITH people AS (
    INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,
                              language, timezone, custom, is_made_up)
    SELECT %(shop)s, 'Anna' || number, 'Test', '', '', '', '', '', '{}', true
    FROM generate_series(1, %(number)s) AS number RETURNING id
)
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT %(shop)s, id, 'email', '', 'p' || id || '@example.org' FROM people
"""
_CONSENTS = """
INSERT INTO crm_consent (workspace_id, customer_id, purpose, channel, state, stated_at, source,
                         proof, text_version)
SELECT %(shop)s, id, 'marketing', 'email', 'granted', '2024-01-01', 'bench', '', ''
FROM crm_customer WHERE workspace_id = %(shop)s
"""
_BARE_MEMBERS = """
INSERT INTO campaigns_audiencemember
    (workspace_id, run_id, customer_id, is_control, variables, stop_fact)
SELECT workspace_id, %(to)s, customer_id, is_control, variables, '' FROM campaigns_audiencemember
WHERE run_id = %(run)s
"""
_BARE_DELIVERIES = """
INSERT INTO campaigns_delivery (
    workspace_id, run_id, step_id, member_id, customer_id, state, reason, priority, due_at,
    expires_at, attempt, provider_message_id, segments, cost_micros
)
SELECT delivery.workspace_id, twin.run_id, %(step)s, twin.id, delivery.customer_id, 'queued', '',
       delivery.priority, delivery.due_at, delivery.expires_at, 0, '', 1, 0
FROM campaigns_delivery AS delivery
JOIN campaigns_audiencemember AS twin
    ON twin.run_id = %(to)s AND twin.customer_id = delivery.customer_id
WHERE delivery.run_id = %(run)s
"""


def _everybody(workspace_id: int, _params: object, _at: object) -> audiences.AudienceSql:
    return audiences.AudienceSql(
        """SELECT id AS customer_id, '{"points": 120, "expires_on": "2024-03-31"}'::jsonb AS variables
        FROM crm_customer WHERE workspace_id = %(bench_workspace)s""",
        {"bench_workspace": workspace_id},
    )


audiences.register(AUDIENCE, _everybody, "Bench", variables=frozenset({"points", "expires_on"}))


def rows(scale: float) -> list[Row]:
    """Two workers, an SMTP connection each, the real gate; delivered = requested is asserted."""
    number = max(int(FULL_MESSAGES * scale), LEAST_MESSAGES)
    with tempfile.TemporaryDirectory() as home, running.start(Path(home)) as sinks:
        sinks.configure(email={"reading": {"read_rate": 0.0}})
        channel = _channel(_shop(number), sinks)
        run, frozen = _frozen(channel)
        bare = _bare_copy(run)
        ours, ceiling, *beaten = _in_turn(run, number, sinks)
    return [
        *_against(dict(zip(peers.NAMES, beaten, strict=True)), ours),
        Row(
            work=f"bulk e-mail through the engine (per second, {number} letters)",
            ours=ours,
            floor=ceiling,
            ratio=ours / ceiling,
            promise="≥ 0.25 x the pipelined ceiling",
            kept=ours >= 0.25 * ceiling,
        ),
        Row(
            work=f"launch: freeze an audience (seconds, {number} people)",
            ours=frozen,
            floor=bare,
            ratio=frozen / bare,
            promise="≤ 2.5 x a bare INSERT … SELECT of the same rows",
            kept=frozen <= 2.5 * bare,
        ),
    ]


def _against(beaten: dict[str, float], ours: float) -> list[Row]:
    """The same letter by the queues that others use."""
    return [
        Row(
            work=f"the same against django-{name.replace('_', '-')} (per second)",
            ours=ours,
            floor=beaten[name],
            ratio=ours / beaten[name],
            promise=f"≥ {times} x faster",
            kept=ours >= times * beaten[name],
        )
        for name, times in PEERS.items()
    ]


def _shop(number: int) -> Workspace:
    shop = Workspace.objects.create(name="Bench", slug=f"bench-{time.time_ns()}")
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"shop": shop.pk, "number": number})
        cursor.execute(_CONSENTS, {"shop": shop.pk})
        cursor.execute("ANALYZE crm_customer, crm_identity, crm_consentstate")
    return shop


def _channel(shop: Workspace, sinks: RunningSinks) -> Channel:
    channel: Channel = Channel.unscoped.create(
        workspace=shop,
        kind="email",
        name="E-mail",
        adapter="smtp",
        config={"sender": "Shop <news@shop.example>", "host": "127.0.0.1",
                "port": sinks.smtp_port},
        price_micros=30_000,
        read_rate=Decimal("0.2"),
    )  # fmt: skip
    return channel


def _frozen(channel: Channel) -> tuple[Run, float]:
    """A launched run, and how long its audience took."""
    shop, texts = channel.workspace, preset_texts.TEXTS["en"]["email"]
    template = Template.unscoped.create(
        workspace=shop, name=texts.name, channel_kind="email", subject=texts.subject,
        html=texts.html, text=texts.text,
    )  # fmt: skip
    campaign = Campaign.unscoped.create(
        workspace=shop, name="Bench", audience={"kind": AUDIENCE},
        control_percent=Decimal(0),
    )  # fmt: skip
    CampaignStep.unscoped.create(
        workspace=shop, campaign=campaign, position=1, channel=channel, template=template,
        wait=clock.now() - clock.now(),
    )  # fmt: skip
    run = launching.launch(scope=Scope(workspace=shop), campaign=campaign, at=clock.now())
    if run.job is None:
        raise AssertionError("a launch asks for a job")
    started = time.perf_counter()
    freezing.freeze(run.job, Progress(run.job))
    return run, time.perf_counter() - started


def _bare_copy(run: Run) -> float:
    """The same rows of both tables by two bare statements, taken back."""
    step = run.steps.get()
    with transaction.atomic(), connection.cursor() as cursor:
        twin = Run.unscoped.get(pk=run.pk)
        twin.pk, twin.state = None, "freezing"
        twin.save(force_insert=True)
        step.pk, step.run = None, twin
        step.save(force_insert=True)
        names = {"run": run.pk, "to": twin.pk, "step": step.pk}
        started = time.perf_counter()
        cursor.execute(_BARE_MEMBERS, names)
        cursor.execute(_BARE_DELIVERIES, names)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def _in_turn(run: Run, number: int, sinks: RunningSinks) -> list[float]:
    """Letters a second of the engine, the bare wire and each peer, in turn; medians of the rounds."""
    share, letter = max(number // (ROUNDS * claiming.BATCH), WORKERS), _letter()
    rounds = [
        (
            _engine(share),
            _ceiling(sinks, letter, place, share * claiming.BATCH),
            *(peers.rate(name, sinks.smtp_port) for name in peers.NAMES),
        )
        for place in range(ROUNDS)
    ]
    while sending.send_batch():
        pass
    adapters.close_all()
    _require_everybody(run, number, sinks)
    return [statistics.median(rates) for rates in zip(*rounds, strict=True)]


def _engine(batches: int) -> float:
    """From claim to result, by as many workers as `make up` starts, each with its connections."""
    connection.close()
    adapters.close_all()
    fork = multiprocessing.get_context("fork")
    start, done = fork.Barrier(WORKERS + 1), fork.SimpleQueue()
    workers = [
        fork.Process(target=_work, args=(batches // WORKERS, start, done)) for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    sent: int = sum(done.get() for _ in workers)
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return sent / seconds


def _work(batches: int, start: Any, done: Any) -> None:
    """A worker that has sent before: the time of its first connections is nobody's promise."""
    settle_in()
    sending.send_batch(limit=sending.GROUP)
    start.wait()
    done.put(sending.send_batches(batches))


def _require_everybody(run: Run, number: int, sinks: RunningSinks) -> None:
    """Delivered = requested, by the sink's own log."""
    wanted = {str(key) for key in run.deliveries.values_list("pk", flat=True)}
    delivered = Counter(str(line["ref"]) for line in sinks.accepted("smtp"))
    accepted = Delivery.unscoped.filter(run=run, state="accepted").count()
    once = sum(delivered[ref] == 1 for ref in wanted)
    if not once == accepted == number:
        raise AssertionError(f"requested {number}, accepted {accepted}, delivered once {once}")


def _ceiling(
    sinks: RunningSinks, letter: Callable[[str], Envelope], place: int, number: int
) -> float:
    """Ready octets of the same letter over as many pipelined connections as a worker has."""
    config = SmtpConfig(host="127.0.0.1", port=sinks.smtp_port)
    sessions = [SmtpSession(config) for _ in range(CONNECTIONS)]
    ready = deque(Ready(one, letter(f"{place}-{one}")) for one in range(number))
    started = time.perf_counter()
    results = smtp_lanes.send_over(sessions, ready, deadline=math.inf)
    taken = sum(isinstance(result, Accepted) for _, result in results)
    seconds = time.perf_counter() - started
    for session in sessions:
        session.close()
    if taken != number:
        raise AssertionError("the sink refused the ceiling's letters")
    return number / seconds


def _letter() -> Callable[[str], Envelope]:
    texts, sender = preset_texts.TEXTS["en"]["email"], "Shop <news@shop.example>"
    made = mime.build(
        Outgoing(ref="0", address="p0@example.org", text=texts.text, subject=texts.subject,
                 html=texts.html, list_unsubscribe_url="https://shop.example/m/u/x"),
        sender=sender, date=formatdate(),
    )  # fmt: skip
    return lambda ref: Envelope(
        sender=b"news@shop.example",
        recipient=b"p0@example.org",
        octets=made.replace(b"X-Rondo-Delivery: 0", b"X-Rondo-Delivery: c" + ref.encode()),
        message_id=ref,
    )
