"""A look at a journal that changes nothing: not its file, its folder or its tables."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, NullPool, create_engine, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from shippy.errors import JournalFailed
from shippy.journal.lock import lock_file
from shippy.journal.steps import STEPS, schema_steps
from shippy.journal.store import SqlJournal, file_of
from shippy.journal.transactions import BUSY_SECONDS, one_line


@dataclass(frozen=True, slots=True)
class JournalState:
    """What there is at a journal's URL.

    Attributes:
        where: the URL, without its password.
        file: of a SQLite journal, whether it is there or not; None for another database.
        holder: the process that has the journal open, as its lock file names it; None if nobody has.
        version: of its tables; 0 where there are none yet.
    """

    where: str
    file: Path | None
    holder: str | None = None
    version: int = 0


def look(url: str) -> JournalState:
    """What there is at a database's URL. A file that a daemon has open is left alone, and has version 0 here.

    Raises:
        JournalFailed: a daemon could not use it, which is told in one line without the URL's password.
    """
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        raise JournalFailed("the journal's URL cannot be read; sqlite:////var/lib/shippy/journal.db is one") from error
    where, file = parsed.render_as_string(hide_password=True), file_of(parsed)
    if file is not None:
        holder = _holder(file)
        if holder or not file.exists():
            return JournalState(where, file, holder)
        # Nobody writes to it, so SQLite may take it as immutable: otherwise it would put files of its own beside it.
        parsed = parsed.set(database=f"file:{file.absolute()}", query={"immutable": "1", "uri": "true"})
    try:
        version = _version(_engine(parsed, sqlite=file is not None))
    except (SQLAlchemyError, ImportError) as error:
        raise JournalFailed(f"{where}: {one_line(error)}") from error
    if version > len(STEPS):
        raise JournalFailed(f"{where}: written by a newer shippy (version {version} of the tables)")
    return JournalState(where, file, version=version)


def open_to_read(url: str) -> SqlJournal:
    """The journal at a database's URL, while no daemon has it; nothing is changed, and what is appended to it fails.

    Unlike `look` it sees the last entries of a daemon that was killed, which are in the files beside SQLite's own.

    Raises:
        JournalFailed: it cannot be read, or is of another version.
    """
    parsed = make_url(url)
    where, file = parsed.render_as_string(hide_password=True), file_of(parsed)
    if file is not None:
        how = {"mode": "ro"} if file.with_name(f"{file.name}-wal").exists() else {"immutable": "1"}
        parsed = parsed.set(database=f"file:{quote(str(file.absolute()))}", query={**how, "uri": "true"})
    engine = _engine(parsed, sqlite=file is not None)
    try:
        version = _version(engine)
    except (SQLAlchemyError, ImportError) as error:
        raise JournalFailed(f"{where}: {one_line(error)}") from error
    if version != len(STEPS):
        raise JournalFailed(f"{where}: version {version} of the tables, and this shippy reads version {len(STEPS)}")
    return SqlJournal(engine)


def _engine(url: URL, *, sqlite: bool) -> Engine:
    return create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS} if sqlite else {})


def _version(engine: Engine) -> int:
    with engine.connect() as connection:
        if not inspect(connection).has_table(schema_steps.name):
            return 0
        return connection.scalar(select(func.max(schema_steps.c.version))) or 0


def _holder(journal: Path) -> str | None:
    """Who holds the journal's lock. To see that, it is taken for an instant if nobody does."""
    try:
        file = os.open(lock_file(journal), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
    finally:
        os.close(file)
    return None
