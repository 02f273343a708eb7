"""One story of `make up`'s supervisor, told once, and what must be true of it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from config.standalone import places
from config.standalone.home import CHECKOUT, Home
from config.standalone.ports import ADDRESS
from tests.standalone.running import Run, is_alive, processes_of, wait_for
from tests.standalone.sessions import ask

pytestmark = [pytest.mark.xdist_group("supervisor"), pytest.mark.timeout(240)]
KEPT = "SELECT n FROM kept"
JOB = "SELECT state || attempts FROM core_job"
# Blanks, other letters, and too long for the address of a socket.
HOME = "дом с пробелами, который длиннее адреса любого сокета"
# As a worker has it that is killed: its lease would keep others away for two minutes.
JOB_IN_WORK = """
WITH shop AS (
    INSERT INTO core_workspace (name, slug, timezone, currency, locale, phone_region,
        lifecycle_threshold, is_demo)
    VALUES ('Shop', 'shop', 'UTC', 'EUR', 'en', 'DE', 'median', false) RETURNING id
)
INSERT INTO core_job (workspace_id, kind, title, state, params, result, phase, done, error_code,
    error_detail, attempts, lease_token, lease_until)
SELECT id, 'test.unknown', '', 'running', '{}', '{}', '', 0, '', '', 1, gen_random_uuid(),
    now() + interval '2 minutes' FROM shop
"""


@dataclass(frozen=True)
class Story:
    """What was seen, in the order of the story."""

    taken_port: int
    served_url: str
    said: str
    first_status: int
    published_mode: int
    secret_mode: int
    second_start: str
    command_found_servers: str
    worker_children_after_kill: list[int]
    worker_came_back: bool
    row_after_dead_postgres: object
    left_by_kill: list[str]
    row_after_restart: object
    job_after_restart: object
    secret_stayed: bool
    exit_status: int
    left_by_term: list[str]


def workers_of(run: Run) -> list[int]:
    """The Celery worker's processes, its parent first."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split(None, 2) for line in listed[1:]]
    parents = [
        int(pid)
        for pid, parent, words in rows
        if int(parent) == run.process.pid and "worker" in words
    ]
    return parents + [int(pid) for pid, parent, _ in rows if int(parent) in parents]


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    folder = places.passing_home()
    home = folder / HOME
    home.mkdir(mode=0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        blocker = stack.enter_context(socket.socket())
        blocker.bind((ADDRESS, 0))
        blocker.listen()
        yield tell(stack, home, blocker.getsockname()[1])


def tell(stack: contextlib.ExitStack, home: Path, taken_port: int) -> Story:
    first = Run(home, taken_port)
    stack.callback(first.end)
    published = first.wait_until_ready()
    ask(published["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
    first_status = status_of(published["url"])
    modes = [(home / name).stat().st_mode & 0o777 for name in ("run/servers.json", "secret_key")]
    secret = (home / "secret_key").read_text()
    refused, listing = start_beside(first), first.manage("showmigrations", "core")
    children, came_back = kill_the_worker(first)
    row_of_revived = kill_postgres(first)
    ask(published["DATABASE_URL"], JOB_IN_WORK)
    first.end()
    time.sleep(3)
    left_by_kill = processes_of(home)
    second = Run(home, 0)
    stack.callback(second.end)
    again = second.wait_until_ready()
    row, job = (ask(again["DATABASE_URL"], question) for question in (KEPT, JOB))
    second.process.terminate()
    exit_status = second.process.wait(60)
    return Story(
        taken_port=taken_port,
        served_url=published["url"],
        said=first.said(),
        first_status=first_status,
        published_mode=modes[0],
        secret_mode=modes[1],
        second_start=refused,
        command_found_servers=listing,
        worker_children_after_kill=[pid for pid in children if is_alive(pid)],
        worker_came_back=came_back,
        row_after_dead_postgres=row_of_revived,
        left_by_kill=left_by_kill,
        row_after_restart=row,
        job_after_restart=job,
        secret_stayed=(home / "secret_key").read_text() == secret,
        exit_status=exit_status,
        left_by_term=processes_of(home),
    )


def start_beside(running: Run) -> str:
    """What a second start of the same home says."""
    refused = subprocess.run(
        [sys.executable, "-m", "config.standalone", "up"],
        cwd=CHECKOUT, env=running.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return refused.stderr


def kill_the_worker(running: Run) -> tuple[list[int], bool]:
    """Kill the worker's parent; returns its children, and whether others took their place."""
    wait_for(lambda: len(workers_of(running)) >= 3, running.said)
    parent, *children = workers_of(running)
    os.kill(parent, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, children)), running.said)
    came_back = wait_for(lambda: set(workers_of(running)) - {parent, *children}, running.said)
    return children, bool(came_back)


def kill_postgres(running: Run) -> object:
    """Kill the server of the rows; returns a row, once it can be read again."""
    home = Home(running.home)
    pid_file = (running.home / "postgres" / "cluster" / "postmaster.pid").resolve()
    killed = int(pid_file.read_text().splitlines()[0])
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not is_alive(killed))

    def read() -> list[object]:
        with contextlib.suppress(psycopg2.OperationalError):
            return [ask(home.read_published()["DATABASE_URL"], KEPT)]
        return []

    wait_for(read, running.said)
    return read()[0]


def test_a_taken_port_gives_way_to_the_next_free_one_and_it_is_said(story: Story) -> None:
    assert story.served_url != f"http://{ADDRESS}:{story.taken_port}"
    assert f"Port {story.taken_port} is taken" in story.said


def test_the_first_page_answers(story: Story) -> None:
    assert story.first_status < 500


def test_what_is_secret_can_be_read_by_its_owner_alone(story: Story) -> None:
    assert story.published_mode == 0o600
    assert story.secret_mode == 0o600


def test_a_second_start_on_the_same_home_is_refused_in_one_line(story: Story) -> None:
    assert story.served_url in story.second_start
    assert story.second_start.count("\n") == 1


def test_a_command_finds_the_running_servers(story: Story) -> None:
    assert "[X]" in story.command_found_servers
    assert "[ ]" not in story.command_found_servers


def test_a_killed_worker_takes_its_children_with_it_and_is_started_again(story: Story) -> None:
    assert story.worker_children_after_kill == []
    assert story.worker_came_back


def test_a_killed_postgres_is_started_again_with_its_rows(story: Story) -> None:
    assert story.row_after_dead_postgres == 7
    assert "PostgreSQL died; starting it again." in story.said


def test_a_job_of_the_killed_run_does_not_wait_for_its_lease(story: Story) -> None:
    """Nobody knows its kind, so it is still to be seen in the queue."""
    assert story.job_after_restart == "queued0"


def test_a_killed_supervisor_leaves_no_orphan(story: Story) -> None:
    assert story.left_by_kill == []


def test_the_next_start_keeps_the_data_and_the_key(story: Story) -> None:
    assert story.row_after_restart == 7
    assert story.secret_stayed


def test_a_request_to_stop_ends_everything_well(story: Story) -> None:
    assert story.exit_status == 0
    assert story.left_by_term == []


def test_the_search_for_orphans_finds_a_process_that_is_there(story: Story, home: Path) -> None:
    orphan = subprocess.Popen(["sleep", "60"], env={"RONDO_HOME": str(home)})
    wait_for(lambda: b"sleep" in Path(f"/proc/{orphan.pid}/cmdline").read_bytes())

    found = processes_of(home)
    orphan.kill()
    orphan.wait()

    assert story.left_by_term == []
    assert len(found) == 1
