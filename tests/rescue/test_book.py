"""The journal of a daemon that is dead, on real files."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playground.machine.postgres import Postgres
from shippy.errors import JournalFailed
from shippy.journal import open_journal
from shippy.rescue.book import daemon, opened
from shippy.rescue.records import readable
from tests.journal.databases import ask, emptied
from tests.journal.events import started, swapped

NOWHERE = Path("/nowhere/control.sock")


@pytest.fixture
def killed(tmp_path: Path) -> str:
    """The URL of a journal as SIGKILL leaves it: what was written last is in the write-ahead log alone."""
    left = tmp_path / "left"
    left.mkdir()
    with closing(open_journal(f"sqlite:///{tmp_path}/journal.db")) as journal:
        journal.append(swapped("d1"))
        journal.append(started("d2"))
        for file in tmp_path.glob("journal.db*"):
            shutil.copy2(file, left / file.name)
    return f"sqlite:///{left}/journal.db"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("writing", [False, True])
def test_the_last_entries_of_a_killed_daemon_are_seen(killed: str, writing: bool) -> None:
    with opened(killed, writing=writing) as book:
        known, why = readable(book.journal, "web")
        assert (why, book.problem, book.writable) == ("", "", writing)
        assert known is not None
        assert known.live is not None
        assert known.deploy is not None
        assert (known.live.deploy, known.deploy.id) == ("d1", "d2")


def test_looking_writes_nothing(killed: str) -> None:
    with opened(killed, writing=False) as book:
        assert book.journal is not None
        with pytest.raises(JournalFailed):
            book.journal.append(started("d3"))


def test_a_journal_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/state/journal.db", writing=True) as book:
        assert book.journal is None
        assert book.problem.endswith("is not there")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writing", [False, True])
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path, writing: bool) -> None:
    file = tmp_path / "journal.db"
    file.write_bytes(b"rubbish " * 1000)
    with opened(f"sqlite:///{file}", writing=writing) as book:
        assert book.journal is None
        assert book.problem.endswith("file is not a database")
    assert file.read_bytes() == b"rubbish " * 1000


def test_a_damaged_entry_is_told_and_nothing_is_made_of_the_rest(killed: str) -> None:
    with closing(sqlite3.connect(file_of(killed))) as other, other:
        other.execute("UPDATE entries SET payload = '{' WHERE kind = 'swapped'")
    with opened(killed, writing=True) as book:
        known, why = readable(book.journal, "web")
    assert known is None
    assert "an event of the kind 'swapped' that cannot be read" in why


def test_a_journal_that_another_program_has_locked_can_still_be_read(killed: str) -> None:
    with closing(sqlite3.connect(file_of(killed), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with opened(killed, writing=True) as book:
            assert "database is locked" in book.problem or book.writable
            known, _ = readable(book.journal, "web")
            assert known is not None
            assert known.deploy is not None


def test_the_daemon_that_has_the_journal_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    assert daemon(url, NOWHERE) is None
    with closing(open_journal(url)):
        assert (daemon(url, NOWHERE) or "").startswith("process ")
    assert daemon(url, NOWHERE) is None


def test_a_daemon_whose_journal_has_no_lock_is_known_by_its_control_socket(tmp_path: Path) -> None:
    control = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(control))
        listener.listen()
        assert daemon("sqlite://", control) == f"it answers at {control}"
    assert daemon("sqlite://", control) is None


@pytest.mark.parametrize("writing", [False, True])
def test_a_journal_on_postgresql_is_read_and_written_while_no_daemon_has_it(postgres: Postgres, writing: bool) -> None:
    url = emptied(postgres)
    with closing(open_journal(url)) as journal:
        journal.append(swapped("d1"))
        assert (daemon(url, NOWHERE) or "").startswith("process ")
    assert daemon(url, NOWHERE) is None
    with opened(url, writing=writing) as book:
        known, why = readable(book.journal, "web")
        assert (why, book.problem, book.writable) == ("", "", writing)
        assert known is not None
        assert known.live is not None
        # Nobody else gets it meanwhile, where it is written to.
        assert (daemon(url, NOWHERE) is not None) is writing


def test_a_database_without_a_journal_stays_without_one(postgres: Postgres) -> None:
    with opened(emptied(postgres), writing=True) as book:
        assert book.journal is None
        assert book.problem.endswith("has no journal yet")
    assert ask(postgres, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0][0] == 0
