"""The journal and the control socket, of which nothing may be made or changed by looking."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from playground.machine.postgres import Postgres
from shippy.doctor.local import control_socket, journal
from shippy.journal import open_journal
from tests.doctor.findings import missing, told
from tests.journal.databases import ask, emptied


def tree(folder: Path) -> list[tuple[Path, int]]:
    return sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))


def test_a_journal_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/journal.db"
    assert told(journal(url)) == [
        f"✓ {url} is not there yet; shippy makes it when it first starts",
        f"✓ {tmp_path}/new can be made in {tmp_path}",
    ]
    assert tree(tmp_path) == []


def test_a_journal_that_nobody_uses_can_be_opened_and_stays_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    open_journal(url).close()
    before = tree(tmp_path)
    assert told(journal(url)) == [f"✓ {url} can be opened", f"✓ {tmp_path} can be written to"]
    assert tree(tmp_path) == before


def test_a_journal_that_a_killed_shippy_has_left_is_not_put_in_order_by_looking(tmp_path: Path) -> None:
    with closing(open_journal(f"sqlite:///{tmp_path}/journal.db")):
        left = tmp_path / "left"
        left.mkdir()
        for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
            shutil.copy2(tmp_path / name, left / name)
    before = tree(left)
    assert missing(journal(f"sqlite:///{left}/journal.db")) == []
    assert tree(left) == before


def test_a_journal_that_a_running_shippy_holds_is_fine_and_can_still_be_opened_by_nobody_else(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with closing(open_journal(url)):
        found = told(journal(url))
        assert found[0] == f"✓ {url} is open in a running shippy (process {os.getpid()}), as it should be"
        assert told(journal(url)) == found


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_text("a shopping list, which is long enough to be read as a database\n" * 20)
    url = f"sqlite:///{tmp_path}/journal.db"
    (found,) = missing(journal(url))
    assert found == f"the journal cannot be opened: {url}: file is not a database"


def test_a_journal_of_a_newer_shippy_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    open_journal(url).close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database:
        database.execute("INSERT INTO schema_steps (version, at) VALUES (99, '2026-01-01')")
        database.commit()
    (found,) = missing(journal(url))
    assert "written by a newer shippy (version 99 of the tables)" in found


def test_a_password_in_the_journals_url_is_not_shown() -> None:
    (found,) = missing(journal("postgresql+nothing://shippy:s3cret@db.invalid/shippy"))
    assert "s3cret" not in found


def test_a_database_is_looked_at_as_well(postgres: Postgres) -> None:
    url = emptied(postgres)
    shown = url.replace("not-a-secret", "***")
    # The tests' own server is made to be quick, and not to last.
    hasty = f"✗ {shown}: fsync is off there: a crash of its machine may damage the journal"
    assert told(journal(url)) == [f"✓ {shown} is not there yet; shippy makes it when it first starts", hasty]
    with closing(open_journal(url)):
        held, *_ = told(journal(url))
        assert held.startswith(f"✓ {shown} is open in a running shippy (process {os.getpid()} on ")
    assert told(journal(url)) == [f"✓ {shown} can be opened", hasty]


def test_a_user_that_may_not_write_to_the_database_is_told_what_to_grant(postgres: Postgres) -> None:
    url = emptied(postgres)
    open_journal(url).close()
    ask(postgres, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'not-a-secret'")
    ask(postgres, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", "GRANT USAGE ON SCHEMA public TO guest")
    found = missing(journal(url.replace("shippy:", "guest:")))
    assert "its user may not INSERT in entries: GRANT SELECT, INSERT ON entries" in found[0]
    assert "its user may not UPDATE in lease: GRANT SELECT, UPDATE ON lease" in found[1]
    ask(postgres, "DROP OWNED BY guest", "DROP ROLE guest")


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    path = tmp_path / "run" / "shippy" / "control.sock"
    assert missing(control_socket(path)) == [
        f"the control socket's folder {path.parent} cannot be written to: make it, for the user that shippy runs as"
    ]


def test_a_control_socket_that_is_answered_is_a_running_shippys(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        assert told(control_socket(path)) == [
            f"✓ {path} is answered by a running shippy",
            f"✓ {tmp_path} can be written to",
        ]
    # Its daemon has gone, and the socket's file is left.
    assert told(control_socket(path)) == [f"✓ {tmp_path} can be written to"]
