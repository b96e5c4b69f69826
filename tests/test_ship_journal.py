"""The daemon on the bad days of its journal: it says so, begins nothing that it cannot record, and still aborts."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import gevent
import pytest

from shippy.deploys import state
from shippy.events import Connecting, Event, Prepared, Preparing, Resolved, Started
from shippy.journal import open_journal
from shippy.model import Deploy, Endpoint, Live, Person, Phase, Revision, Slot
from shippy.model import Place as Spot
from tests.test_ship import STOP_SECONDS, Place, daemon, place
from tests.test_ship import shippy as run

DANA = Person("U1", "dana")
KEY = ("d1", "web")
ENDPOINT = Endpoint("web1", "127.0.0.1", 9)
CAUGHT_UP_SECONDS = 15.0
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

VERIFIED: list[Event] = [
    Started(*KEY, lock="production", ref="feature-x", owner=DANA, place=Spot()),
    Resolved(*KEY, revision=Revision("feature-x", "b" * 40), live=Live(Slot.BLUE), diff_url=None),
    Preparing(*KEY, slot=Slot.GREEN, hosts=("web1",), stable=()),
    Connecting(*KEY, endpoints=(ENDPOINT,)),
    Prepared(*KEY),
]
"""A deploy that waits for a person."""


@dataclass(frozen=True)
class Running:
    """A daemon, its journal's file, and whether a deploy runs in it."""

    place: Place
    process: Popen[str]

    @property
    def file(self) -> Path:
        return self.place.folder / "journal.db"

    def full_disk(self) -> Callable[[], None]:
        """No file of the daemon may grow any more; the writes fail as on a full disk."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        return lambda: resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, UNLIMITED) and None

    def locked(self) -> Callable[[], None]:
        """Another program has it, as a backup might."""
        other = sqlite3.connect(self.file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        return other.close

    def stop(self) -> Deploy:
        """Tell it to stop; returns what the journal has of the deploy then."""
        self.process.terminate()
        assert self.process.wait(STOP_SECONDS) == 0
        with closing(open_journal(f"sqlite:///{self.file}")) as journal:
            return state.folded(journal.of_deploy(KEY[0]))


@contextmanager
def running(folder: Path, events: list[Event]) -> Iterator[Running]:
    made = place(folder)
    with closing(open_journal(f"sqlite:///{folder}/journal.db")) as journal:
        for event in events:
            journal.append(event)
    with daemon(made) as process:
        yield Running(made, process)


@pytest.fixture(params=["full_disk", "locked"])
def trouble(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nothing_is_done_that_cannot_be_recorded_and_it_is_when_it_can(tmp_path: Path, trouble: str) -> None:
    with running(tmp_path, []) as shippy:
        over = getattr(shippy, trouble)()
        told = shippy.place.says("lock the database moves")
        assert "the journal cannot be used" in told.lower()
        assert "No deploy is running" in shippy.place.says("status")
        over()
        assert "the database moves" in shippy.place.says("lock the database moves")


def test_an_abort_goes_on_and_is_recorded_as_soon_as_it_can_be(tmp_path: Path, trouble: str) -> None:
    with running(tmp_path, VERIFIED) as shippy:
        over = getattr(shippy, trouble)()
        told = shippy.place.says("abort it is broken")
        assert "Aborted: nothing is live yet. The lock is free." in told
        over()
        deadline = time.monotonic() + CAUGHT_UP_SECONDS
        while not _ended(shippy) and time.monotonic() < deadline:
            gevent.sleep(0.2)
        assert shippy.stop().phase is Phase.ABORTED


def test_a_journal_destroyed_under_a_daemon_stops_no_abort_and_is_not_started_with_again(
    tmp_path: Path,
) -> None:
    with running(tmp_path, VERIFIED) as shippy:
        for file in (shippy.file, shippy.file.with_name("journal.db-wal")):
            with file.open("r+b") as opened:
                opened.write(b"rubbish " * (file.stat().st_size // 8))
        assert "The lock is free." in shippy.place.says("abort")
        shippy.process.kill()
        shippy.process.wait(STOP_SECONDS)
    done = run("run", "--config", str(shippy.place.config))
    assert done.returncode == 1
    assert "file is not a database" in done.stderr
    assert "Traceback" not in done.stderr


def _ended(shippy: Running) -> bool:
    with closing(sqlite3.connect(shippy.file)) as reading:
        return bool(reading.execute("SELECT 1 FROM entries WHERE deploy = 'd1' AND ends").fetchone())
