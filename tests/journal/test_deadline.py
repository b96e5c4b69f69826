"""A process whose lease is over ends before it does anything more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from subprocess import PIPE

import gevent
import pytest

from shippy.journal.deadline import LEASE_OVER

HOLD_SECONDS = 0.4
END_SECONDS = 10.0

ACT = """
import sys, time
import gevent
from shippy.journal.deadline import Deadline
deadline = Deadline()
print("ready", flush=True)
order = sys.stdin.readline()
deadline.hold(float(sys.argv[1]))
if order == "rest\\n":
    deadline.rest()
while True:
    gevent.sleep(0.01)
    print(time.monotonic(), flush=True)
"""


@dataclass
class Actor:
    """A process that waits for a word, and then does something a hundred times a second, and says when."""

    process: subprocess.Popen[str]

    def go(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def end(self) -> tuple[list[float], str]:
        """Wait for its end; when it did something, and what it said at last."""
        told, why = self.process.communicate(timeout=END_SECONDS)
        return [float(line) for line in told.splitlines()], why


@pytest.fixture(scope="module")
def actors() -> Iterator[list[Actor]]:
    """One for each test, all started at once."""
    command = [sys.executable, "-c", ACT, str(HOLD_SECONDS)]
    with ExitStack() as ending:
        started = []
        for _ in range(4):
            process = ending.enter_context(subprocess.Popen(command, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE))
            ending.callback(process.kill)
            started.append(Actor(process))
        for actor in started:
            assert actor.process.stdout is not None
            assert actor.process.stdout.readline() == "ready\n"
        yield started


def test_it_ends_at_once_with_a_line_and_a_code_of_its_own(actors: list[Actor]) -> None:
    actor = actors.pop()
    actor.go("act")
    times, why = actor.end()
    assert actor.process.returncode == LEASE_OVER
    assert times[-1] - times[0] < HOLD_SECONDS
    assert why.startswith("shippy: the journal's lease is lost (")
    assert len(why.splitlines()) == 1


def test_it_ends_where_nobody_reads_its_line(actors: list[Actor]) -> None:
    actor = actors.pop()
    assert actor.process.stderr is not None
    actor.process.stderr.close()
    actor.go("act")
    assert actor.process.wait(timeout=END_SECONDS) == LEASE_OVER


def test_one_that_was_frozen_does_nothing_when_it_goes_on(actors: list[Actor]) -> None:
    actor = actors.pop()
    actor.go("act")
    assert actor.process.stdout is not None
    assert actor.process.stdout.readline()
    actor.process.send_signal(signal.SIGSTOP)
    gevent.sleep(HOLD_SECONDS + 0.1)
    thawed = time.monotonic()
    actor.process.send_signal(signal.SIGCONT)
    times, _ = actor.end()
    assert actor.process.returncode == LEASE_OVER
    assert all(each < thawed for each in times)


def test_one_that_has_let_go_is_left_alone(actors: list[Actor]) -> None:
    actor = actors.pop()
    actor.go("rest")
    gevent.sleep(HOLD_SECONDS + 0.1)
    assert actor.process.poll() is None
