from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE

import gevent
import pytest

from shippy.deploys.notebook import Notebook
from shippy.errors import JournalFailed, LeaseLost
from shippy.events import DeployEvent, HostGaveUp
from shippy.journal import open_journal
from shippy.journal.transactions import BUSY_SECONDS
from shippy.model import HostStep
from tests.fakes.clock import WallClock
from tests.journal.events import EVERY_KIND, of_kind, started, swapped

UNWRITABLE = "/proc/shippy/journal.db"

HOLD_A_JOURNAL = """
import sys
from shippy.journal import open_journal
journal = open_journal(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: writes fail as they do on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_reopened_journal_has_everything_and_goes_on_numbering(url: str) -> None:
    with closing(open_journal(url)) as journal:
        written = [journal.append(of_kind(kind)) for kind in EVERY_KIND]
    with closing(open_journal(url)) as journal:
        assert journal.of_deploy("d1") == [entry for entry in written if isinstance(entry.event, DeployEvent)]
        assert journal.append(started("d2")).number == written[-1].number + 1


def test_the_folder_and_the_file_are_for_the_daemon_alone(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal:
        journal.append(started("d1"))
        assert mode_of(file.parent) == 0o700
        assert {path.name: mode_of(path) for path in file.parent.iterdir()} == dict.fromkeys(
            ("journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"), 0o600
        )


def test_what_is_appended_is_in_the_file_at_once_for_others_to_read(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal:
        journal.append(started("d1"))
        with closing(sqlite3.connect(file)) as other:
            row = other.execute("SELECT number, deploy, app, kind, ends FROM entries").fetchall()
            assert row == [(1, "d1", "web", "started", 0)]
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_entries_of_each_opening_have_a_token_of_their_own(url: str, file: Path) -> None:
    for deploy in ("d1", "d2", "d3"):
        with closing(open_journal(url)) as journal:
            journal.append(started(deploy))
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT deploy, token FROM entries").fetchall() == [("d1", 1), ("d2", 2), ("d3", 3)]


def test_an_entry_under_an_earlier_token_is_refused_by_the_file_itself(url: str, file: Path) -> None:
    """As where the lock beside it means nothing, on a network's file system."""
    with closing(open_journal(url)) as journal:
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("UPDATE lease SET token = token + 1")
        with pytest.raises(LeaseLost):
            journal.append(started("d1"))
        assert journal.last() is None


def test_a_second_daemon_is_refused_and_told_of_the_first(url: str, file: Path) -> None:
    command = [sys.executable, "-c", HOLD_A_JOURNAL, url]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(JournalFailed) as refused:
            open_journal(url)
        assert refused.value.why == f"{file} is used by another shippy (process {first.pid})"
        first.kill()
    open_journal(url).close()


def test_a_closed_journal_can_be_opened_again_by_the_same_process(url: str, file: Path) -> None:
    first = open_journal(url)
    with pytest.raises(JournalFailed, match=f"process {os.getpid()}"):
        open_journal(url)
    first.close()
    open_journal(url).close()
    assert file.with_name("journal.db.lock").read_text() == f"{os.getpid()}\n"


def test_a_full_disk_refuses_the_event_and_is_forgotten_when_there_is_room(url: str, file: Path) -> None:
    big = HostGaveUp("d1", "web", host="web1", step=HostStep.CHECKING, reason="unhealthy", log=("x" * 100_000,))
    with closing(open_journal(url)) as journal:
        first = journal.append(started("d1"))
        with files_limited_to(file.with_name("journal.db-wal").stat().st_size), pytest.raises(JournalFailed) as failed:
            journal.append(big)
        assert failed.value.why in {"database or disk is full", "disk I/O error"}
        assert journal.of_deploy("d1") == [first]
        second = journal.append(big)
        assert journal.of_deploy("d1") == [first, second]


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    """Another program has the journal, as a backup might."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_of_events_of_one_moment_none_is_recorded_where_one_cannot_be(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal:
        with closing(sqlite3.connect(file)) as other:
            other.execute(
                "CREATE TRIGGER no BEFORE INSERT ON entries WHEN new.deploy = 'd2' BEGIN SELECT raise(FAIL, 'no'); END"
            )
        with pytest.raises(JournalFailed):
            journal.append_all([started("d1"), started("d2")])
        assert journal.of_deploy("d1") == []
        assert [entry.event for entry in journal.append_all([started("d1"), started("d3")])] == [
            entry.event for deploy in ("d1", "d3") for entry in journal.of_deploy(deploy)
        ]


def test_while_the_file_is_locked_everything_else_goes_on_and_then_the_event_is_recorded(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal, locked(file) as other:
        appending = gevent.spawn(journal.append, started("d1"))
        longest = longest_pause(seconds=0.5)
        assert not appending.ready()
        other.execute("ROLLBACK")
        written = appending.get(timeout=5)
        assert journal.of_deploy("d1") == [written]
    assert longest < 0.3


def test_a_file_that_stays_locked_refuses_the_event_in_time(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal:
        began = time.monotonic()
        with locked(file), pytest.raises(JournalFailed, match="database is locked"):
            journal.append(started("d1"))
        assert BUSY_SECONDS <= time.monotonic() - began < BUSY_SECONDS + 1
        assert journal.of_deploy("d1") == []
        assert journal.append(started("d1")).number == 1


def test_what_waits_for_a_locked_file_is_recorded_in_its_order(url: str, file: Path) -> None:
    """Through the deploys' notebook, which is what their events are written with."""
    with closing(open_journal(url)) as journal:
        notebook = Notebook(journal, WallClock())
        with locked(file):
            appending = [gevent.spawn(notebook.append, started(f"d{number}")) for number in range(5)]
            gevent.sleep(0.1)
        gevent.joinall(appending, timeout=5, raise_error=True)
        assert journal.unfinished() == [f"d{number}" for number in range(5)]


def longest_pause(seconds: float) -> float:
    """How long this greenlet had to wait for its turn at most, in so many seconds."""
    longest, last = 0.0, time.monotonic()
    end = last + seconds
    while last < end:
        gevent.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


@pytest.mark.parametrize("size", [100, 100_000])
def test_a_file_that_is_no_database_is_refused_in_one_line_and_left_alone(url: str, file: Path, size: int) -> None:
    file.parent.mkdir()
    file.write_bytes(b"rubbish " * size)
    with pytest.raises(JournalFailed) as failed:
        open_journal(url)
    assert failed.value.why == f"{url}: file is not a database"
    assert file.read_bytes() == b"rubbish " * size
    file.unlink()
    open_journal(url).close()


def test_a_damaged_entry_is_named_and_the_others_can_be_read(url: str, file: Path) -> None:
    with closing(open_journal(url)) as journal:
        journal.append(swapped("d1"))
        good = journal.append(started("d2"))
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE entries SET payload = '{' WHERE number = 1")
    with closing(open_journal(url)) as journal:
        assert journal.of_deploy("d2") == [good]
        with pytest.raises(JournalFailed, match="entry 1: an event of the kind 'swapped' that cannot be read"):
            journal.last_swap("web")


def test_a_folder_that_cannot_be_made_is_one_line() -> None:
    with pytest.raises(JournalFailed) as failed:
        open_journal(f"sqlite:///{UNWRITABLE}")
    assert failed.value.why == f"{UNWRITABLE} cannot be made: No such file or directory"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("journal.db", "the journal's URL cannot be read; sqlite:////var/lib/shippy/journal.db is one"),
        ("oracle9://db/shippy", "oracle9://db/shippy: Can't load plugin: sqlalchemy.dialects:oracle9"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_line(bad: str, why: str) -> None:
    with pytest.raises(JournalFailed) as failed:
        open_journal(bad)
    assert failed.value.why == why


def test_the_password_in_a_url_is_never_told() -> None:
    with pytest.raises(JournalFailed) as failed:
        open_journal("postgresql+nodriver://shippy:hunter2@127.0.0.1/shippy")
    assert "hunter2" not in failed.value.why
    assert failed.value.why.startswith("postgresql+nodriver://shippy:***@127.0.0.1/shippy: ")


def test_a_journal_in_memory_works() -> None:
    with closing(open_journal("sqlite://")) as journal:
        written = journal.append(started("d1"))
        assert journal.of_deploy("d1") == [written]
