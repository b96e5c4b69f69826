"""One whole deploy on so many hosts, by the real daemon: what it takes, and how shippy answers meanwhile."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.engines.settings import address
from benchmarks.held_up import OPTION
from benchmarks.running import engines
from playground.daemon import Connections, Daemon
from playground.slack.process import Running, running
from shippy.chat.tell import tell

PROGRAM = (sys.executable, Path(__file__).with_name("shippy_on_engines.py"))
NO_ADDRESS = "http://127.0.0.1:1"
TICKS = os.sysconf("SC_CLK_TCK")
DEPLOY_SECONDS = 45.0
LOOK_EVERY = 0.05
STATUS_EVERY = 0.05
STATUSES_AT_REST = 5
ENDS = ("prepared", "failed", "deploy_refused", "aborted")


@dataclass(frozen=True, slots=True)
class Deployed:
    """What one deploy took.

    Attributes:
        wall: seconds from its first entry in the journal to the one that says that the release answers on the VIP.
        cpu: processor seconds of the daemon meanwhile.
        before, peak: megabytes of the daemon, at rest before it, and at the most.
        answers: how many seconds each `status` took that was typed meanwhile, on the local socket.
        at_rest: how many seconds a `status` takes before it, for which all hosts are asked.
        blocks, longest: the most blocks that the living message had, and the longest text of one.
        pulls_at_once: how many hosts pulled at the same time, at the most.
        engines_cpu: processor seconds of the program that stands in for the engines.
        held_up: where that was asked for, what held up everybody else in the daemon (held_up.py).
    """

    hosts: int
    ready: int
    wall: float
    cpu: float
    before: float
    peak: float
    answers: tuple[float, ...]
    at_rest: float
    blocks: int
    longest: int
    pulls_at_once: int
    engines_cpu: float
    held_up: str

    @property
    def p99(self) -> float:
        return quantiles(self.answers, n=100, method="inclusive")[-1]


def deployed(
    folder: Path, hosts: int, pull_at_once: int, *, held_up: bool = False, **engine_settings: float
) -> Deployed:
    """Ship to so many engines that behave as set, and that run a release already.

    Raises:
        RuntimeError: the deploy did not come to the VIP.
    """
    program = (*PROGRAM, OPTION) if held_up else PROGRAM
    with (
        engines(hosts, None, **engine_settings) as stand_ins,
        running() as slack,
        daemon(folder, slack, app(hosts, stand_ins.port, pull_at_once), program) as shippy,
    ):
        slack.workspace.wait_for_connections(1)
        for command in ("ship live", "commit"):
            done(shippy.control, command)
        journal = Journal(folder / "journal.db")
        at_rest = median(status_seconds(shippy.control) for _ in range(STATUSES_AT_REST))
        before, cpu = memory(shippy.pid)["VmRSS"], processor_seconds(shippy.pid)
        with statuses(shippy.control) as answers:
            slack.workspace.type("dana", "shippy ship change")
            began, ended, ready = journal.outcome()
        cpu = processor_seconds(shippy.pid) - cpu
        peak = memory(shippy.pid)["VmHWM"]
        cards = [message["blocks"] for message in slack.workspace.messages() if message.get("blocks")]
    counts = stand_ins.counts
    return Deployed(
        hosts,
        ready,
        (ended - began).total_seconds(),
        cpu,
        before,
        peak,
        tuple(took for typed, took in answers if began < typed < ended),
        at_rest,
        blocks=max(map(len, cards)),
        longest=max(len(text) for card in cards for text in texts(card)),
        pulls_at_once=counts["most_pulls_at_once"],
        engines_cpu=counts["cpu"],
        held_up=(folder / "held-up.txt").read_text() if held_up else "",
    )


@contextmanager
def daemon(folder: Path, slack: Running, section: Mapping[str, Any], program: Sequence[str | Path]) -> Iterator[Daemon]:
    connections = Connections("socket_mode", slack.api_url, slack.bot_token, slack.app_token, NO_ADDRESS, "a token")
    shippy = Daemon(folder, connections, section, program)
    shippy.start()
    try:
        yield shippy
    finally:
        shippy.stop()


def app(hosts: int, port: int, pull_at_once: int) -> dict[str, Any]:
    return {
        "repository": "acme/web",
        "image": "registry.example.com/acme/web:{commit}",
        "hosts": [
            {"name": f"web{number}", "docker": f"tcp://{address(number)}:{port}", "address": address(number)}
            for number in range(hosts)
        ],
        "pull_at_once": pull_at_once,
        "balancers": [{"name": "lb1", "runtime": "unix:///nowhere.sock"}],
        "vip": NO_ADDRESS,
        "public": NO_ADDRESS,
        "checks": {"up_to_date": False},
        "traffic": {"drain": "0s"},
    }


@contextmanager
def statuses(control: Path) -> Iterator[list[tuple[datetime, float]]]:
    """Type `status` again and again; when each was typed, and the seconds that it took."""
    took: list[tuple[datetime, float]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(STATUS_EVERY):
            took.append((datetime.now(UTC), status_seconds(control)))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield took
    finally:
        over.set()
        asking.join()


def status_seconds(control: Path) -> float:
    began = time.perf_counter()
    tell(control, "status", lambda _: None)
    return time.perf_counter() - began


def done(control: Path, command: str) -> None:
    """Have something done that is not measured. Raises RuntimeError where it was not."""
    said: list[str] = []
    if not tell(control, command, said.append):
        raise RuntimeError(f"{command}: {said[-1]}")


class Journal:
    """The daemon's journal from now on, read beside it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        ((self._last,),) = self._read("SELECT max(number) FROM entries WHERE number > ?", -1)

    def outcome(self) -> tuple[datetime, datetime, int]:
        """Wait until the deploy is on the VIP; when it began and ended, and how many hosts are ready."""
        deadline = time.monotonic() + DEPLOY_SECONDS
        while time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
            ended = self._of("at, kind, payload", *ENDS)
            if not ended:
                continue
            at, kind, payload = ended[0]
            if kind != "prepared":
                raise RuntimeError(f"the deploy ended: {kind} {payload}")
            ((began,),) = self._of("at", "started")
            ((ready,),) = self._of("count(*)", "host_ready")
            return instant(began), instant(at), ready
        raise RuntimeError(f"the deploy was not on the VIP within {DEPLOY_SECONDS:g} s")

    def _of(self, columns: str, *kinds: str) -> list[Any]:
        marks = ", ".join("?" * len(kinds))
        # Nothing but names of this module's own and marks for values.
        return self._read(f"SELECT {columns} FROM entries WHERE number > ? AND kind IN ({marks})", self._last, *kinds)  # noqa: S608

    def _read(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as reading:
            return reading.execute(query, values).fetchall()


def instant(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


def texts(value: Any) -> Iterator[str]:
    """Every text in a message's blocks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def memory(pid: int) -> dict[str, float]:
    """In megabytes, by the kernel's names (proc(5))."""
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) / 1024 for words in lines if words[-1] == "kB"}


def processor_seconds(pid: int) -> float:
    """Of a process, in user mode and in the kernel (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
