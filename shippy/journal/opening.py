"""Opening a journal to write to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from shippy.errors import JournalFailed
from shippy.journal.claim import Claim
from shippy.journal.databases import engine_for, file_of, is_sqlite, parsed, shown
from shippy.journal.holding import Guard, Locked, NoGuard
from shippy.journal.lease import Holder, raised, this_process
from shippy.journal.lock import JournalLock
from shippy.journal.steps import bring_up_to_date
from shippy.journal.store import SqlJournal, utc_now
from shippy.journal.transactions import transacted

NOBODY = NoGuard()


def open_journal(url: str, now: Callable[[], datetime] = utc_now, guard: Guard = NOBODY) -> SqlJournal:
    """Open the journal at a database's URL; one that is not there yet is made, with the folder of its file.

    Raises:
        JournalFailed: it cannot be used, or another daemon has it; told in one line without the URL's password.
    """
    where = parsed(url)
    if is_sqlite(where):
        return _open_file(where, now, guard)
    claim = claim_to(url, this_process(), guard, now)
    try:
        found = claim.attempt()
    except JournalFailed:
        claim.close()
        raise
    if isinstance(found, Holder):
        claim.close()
        raise JournalFailed(f"{shown(where)} is used by another shippy ({found})")
    return found


def claim_to(url: str, holder: Holder, guard: Guard, now: Callable[[], datetime] = utc_now) -> Claim:
    """A claim to a journal that is not on SQLite. Raises JournalFailed where there is no way to its database."""
    where = parsed(url)
    try:
        return Claim(where, holder, guard=guard, now=now)
    except JournalFailed as error:
        raise JournalFailed(f"{shown(where)}: {error.why}") from error


def can_be_shared(url: str) -> bool:
    """Whether a second daemon can stand by. Raises JournalFailed where the URL cannot be read."""
    return not is_sqlite(parsed(url))


def _open_file(where: URL, now: Callable[[], datetime], guard: Guard) -> SqlJournal:
    file = file_of(where)
    lock = _make_place_for(file) if file else None
    try:
        engine = engine_for(where)
        token = _up_to_date(engine, now())
    except JournalFailed as error:
        if lock:
            lock.release()
        raise JournalFailed(f"{shown(where)}: {error.why}") from error
    return SqlJournal(engine, Locked(token, lock, guard), now)


def _up_to_date(engine: Engine, at: datetime) -> int:
    """Bring the tables to today's version; returns the token of this opening."""

    def work(connection: Connection) -> int:
        bring_up_to_date(connection, at)
        return raised(connection)

    try:
        return transacted(engine, work)
    except JournalFailed:
        engine.dispose()
        raise


def _make_place_for(file: Path) -> JournalLock:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = JournalLock(file)
        # Ahead of SQLite, which would let everybody read it.
        file.touch(mode=0o600)
    except OSError as error:
        raise JournalFailed(f"{file} cannot be made: {error.strerror}") from error
    return lock
