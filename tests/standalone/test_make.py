"""What the supervisor sees of the make that started it."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from config.standalone.make import Make
from tests.standalone.running import wait_for

# As GNU make does: it catches the signal, gives the handler up, and waits for its child.
LIKE_MAKE = """
import signal, time
signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, signal.SIG_DFL))
print("waiting", flush=True)
while True: time.sleep(0.1)
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-c", LIKE_MAKE], stdout=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()
    yield started
    started.kill()
    started.communicate()


def test_an_interrupt_of_make_alone_is_noticed(
    parent: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKELEVEL", "1")
    make = Make(parent.pid)
    before = make.was_interrupted

    parent.send_signal(signal.SIGINT)

    assert before is False
    assert wait_for(lambda: make.was_interrupted)


def test_a_parent_that_is_no_make_is_not_watched(
    parent: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAKELEVEL", raising=False)
    make = Make(parent.pid)

    parent.kill()
    parent.wait()

    assert make.was_interrupted is False
