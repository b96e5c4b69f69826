"""A look at a journal that changes nothing: not its file, its folder or its tables."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from shippy.errors import JournalFailed
from shippy.journal.databases import engine_for, file_of, parsed, shown
from shippy.journal.fitness import unfit
from shippy.journal.lease import seen
from shippy.journal.lock import lock_file
from shippy.journal.steps import LEASED, STEPS, version_of
from shippy.journal.store import SqlJournal
from shippy.journal.transactions import transacted


@dataclass(frozen=True, slots=True)
class JournalState:
    """What there is at a journal's URL.

    Attributes:
        where: the URL, without its password.
        file: of a SQLite journal, whether it is there or not; None for another database.
        holder: who has the journal, as its lock file or its lease tells ("process 12"); None if nobody has.
        version: of its tables; 0 where there are none yet.
        unfit: what stands in the way of a daemon, each in a line; of a database that is not SQLite.
    """

    where: str
    file: Path | None
    holder: str | None = None
    version: int = 0
    unfit: tuple[str, ...] = ()


def look(url: str) -> JournalState:
    """What there is at a database's URL. A file that a daemon has open is left alone, and has version 0 here.

    Raises:
        JournalFailed: a daemon could not use it, which is told in one line without the URL's password.
    """
    address = parsed(url)
    where, file = shown(address), file_of(address)
    if file is not None:
        holder = _holder(file)
        if holder or not file.exists():
            return JournalState(where, file, holder)
        # Nobody writes to it, so SQLite may take it as immutable: otherwise it would put files of its own beside it.
        address = address.set(database=f"file:{file.absolute()}", query={"immutable": "1", "uri": "true"})
    try:
        version, held, lacking = transacted(engine_for(address, kept=False), _state)
    except JournalFailed as error:
        raise JournalFailed(f"{where}: {error.why}") from error
    if version > len(STEPS):
        raise JournalFailed(f"{where}: written by a newer shippy (version {version} of the tables)")
    return JournalState(where, file, held, version, lacking)


def open_to_read(url: str) -> SqlJournal:
    """The journal at a database's URL, while no daemon has it; nothing is changed, and what is appended to it fails.

    Unlike `look` it sees the last entries of a daemon that was killed, which are in the files beside SQLite's own.

    Raises:
        JournalFailed: it cannot be read, or is of another version.
    """
    address = parsed(url)
    where, file = shown(address), file_of(address)
    if file is not None:
        how = {"mode": "ro"} if file.with_name(f"{file.name}-wal").exists() else {"immutable": "1"}
        address = address.set(database=f"file:{quote(str(file.absolute()))}", query={**how, "uri": "true"})
    try:
        engine = engine_for(address, kept=False)
        version = transacted(engine, version_of)
    except JournalFailed as error:
        raise JournalFailed(f"{where}: {error.why}") from error
    if version != len(STEPS):
        raise JournalFailed(f"{where}: version {version} of the tables, and this shippy reads version {len(STEPS)}")
    return SqlJournal(engine)


def _state(connection: Connection) -> tuple[int, str | None, tuple[str, ...]]:
    """The version, the holder, and what is unfit. A SQLite journal's lease tells nothing: the lock beside it does."""
    version = version_of(connection)
    lacking = unfit(connection, version)
    if connection.dialect.name == "sqlite" or not LEASED <= version <= len(STEPS):
        return version, None, lacking
    sight = seen(connection)
    return version, None if sight.over or sight.holder is None else str(sight.holder), lacking


def _holder(journal: Path) -> str | None:
    """Who holds the journal's lock. To see that, it is taken for an instant if nobody does."""
    try:
        file = os.open(lock_file(journal), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        named = os.pread(file, 32, 0).decode(errors="replace").strip()
        return f"process {named or 'unknown'}"
    finally:
        os.close(file)
    return None
