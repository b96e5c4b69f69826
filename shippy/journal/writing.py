"""Entries are written one after another, each once, and only by whoever has the right to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

import gevent
from gevent.lock import BoundedSemaphore
from sqlalchemy import Connection, Engine, func, insert, literal, select

from shippy.errors import JournalFailed
from shippy.journal.holding import Holding
from shippy.journal.tables import entries, lease
from shippy.journal.transactions import Doubtful, transacted

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.1

Values = Mapping[str, object]
"""What the columns of an entry get; its number aside, which it is given here."""


class Writer:
    """Numbers the entries itself: so an entry whose commit was not answered is found again by its number and token."""

    def __init__(self, engine: Engine, holding: Holding) -> None:
        self._engine = engine
        self._holding = holding
        self._turn = BoundedSemaphore(1)
        self._next: int | None = None

    def write(self, values: Values) -> int:
        """Returns the entry's number. It must not be stopped half done: nobody would know whether it is written.

        Raises:
            LeaseLost: another daemon has the lease, or may have it. The entry may be written or not.
            JournalFailed: it is not written.
        """
        with self._turn:
            if self._next is None:
                self._next = 1 + transacted(self._engine, _last_number)
            try:
                self._write({**values, "number": self._next, "token": self._holding.token})
            except JournalFailed:
                self._next = None
                raise
            self._next += 1
            return self._next - 1

    def _write(self, row: Values) -> None:
        in_doubt = False
        while True:
            self._holding.check()
            try:
                written = transacted(self._engine, partial(_insert, row, in_doubt=in_doubt))
                break
            except Doubtful as error:
                in_doubt = True
                log.warning("whether entry %s is written is looked up: %s", row["number"], error.why)
            except JournalFailed:
                if not in_doubt:
                    raise
            gevent.sleep(AGAIN_SECONDS)
        if not written:
            self._holding.lost("another daemon has taken it")
        self._holding.check()


def _last_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(entries.c.number))) or 0


def _insert(row: Values, connection: Connection, *, in_doubt: bool) -> bool:
    """Write an entry while the lease has its token, which cannot be taken before that is done; returns whether it has.

    An earlier try that is still under way at the server is waited for: its number is taken then, which is an error, and
    the next look finds it.
    """
    if in_doubt:
        there = connection.scalar(select(entries.c.token).where(entries.c.number == row["number"]))
        if there is not None:
            return bool(there == row["token"])
    columns = [entries.c[name] for name in row]
    guarded = (
        select(*(literal(row[column.name], column.type) for column in columns))
        .where(lease.c.token == row["token"])
        .with_for_update(read=True, key_share=True)
    )
    written = connection.execute(insert(entries).from_select(columns, guarded).returning(entries.c.number))
    return written.scalar_one_or_none() is not None
