"""A process whose lease is over ends before it does anything more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import gevent

from shippy.journal.deadline import LEASE_OVER

HOLD_SECONDS = 0.4
END_SECONDS = 10.0

ACT = """
import sys, time
import gevent
from shippy.journal.deadline import Deadline
deadline = Deadline()
deadline.hold(float(sys.argv[1]))
print("ready", flush=True)
if sys.argv[2] == "rest":
    deadline.rest()
while True:
    gevent.sleep(0.01)
    print(time.monotonic(), flush=True)
"""


@contextmanager
def acting(what: str = "hold") -> Iterator[subprocess.Popen[str]]:
    """A process that does something a hundred times a second, and says when."""
    command = [sys.executable, "-c", ACT, str(HOLD_SECONDS), what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def test_it_ends_at_once_with_a_line_and_a_code_of_its_own() -> None:
    with acting() as process:
        told, why = process.communicate(timeout=END_SECONDS)
        assert process.returncode == LEASE_OVER
        times = [float(line) for line in told.splitlines()]
        assert times[-1] - times[0] < HOLD_SECONDS
        assert why.startswith("shippy: the journal's lease is lost (")
        assert len(why.splitlines()) == 1


def test_one_that_was_frozen_does_nothing_when_it_goes_on() -> None:
    with acting() as process:
        process.send_signal(signal.SIGSTOP)
        gevent.sleep(HOLD_SECONDS + 0.1)
        thawed = time.monotonic()
        process.send_signal(signal.SIGCONT)
        told, _ = process.communicate(timeout=END_SECONDS)
        assert process.returncode == LEASE_OVER
        assert all(float(line) < thawed for line in told.splitlines())


def test_one_that_has_let_go_is_left_alone() -> None:
    with acting("rest") as process:
        gevent.sleep(HOLD_SECONDS + 0.1)
        assert process.poll() is None
