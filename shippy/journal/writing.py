"""Entries are written one after another, each once, and only by whoever has the right to."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from functools import partial

import gevent
from gevent.lock import BoundedSemaphore
from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from shippy.errors import JournalFailed
from shippy.journal.holding import Holding
from shippy.journal.tables import entries, lease
from shippy.journal.transactions import ANSWER_SECONDS, Doubtful, asked, transacted

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.1

DOUBT_SECONDS = 10.0
"""What an entry may stay in doubt; the next daemon sees whether it is there."""

# Made once: to make and compile it takes longer than to run it.
GUARDED = (
    insert(entries)
    .from_select(
        [column.name for column in entries.c],
        select(*(bindparam(f"its_{column.name}", type_=column.type) for column in entries.c))
        .where(lease.c.token == bindparam("its_token", type_=entries.c.token.type))
        .with_for_update(read=True, key_share=True),
    )
    .execution_options(preserve_rowcount=True)
)

Values = Mapping[str, object]
"""What the columns of an entry get; its number aside, which it is given here."""


class Writer:
    """Numbers the entries itself: so an entry whose commit was not answered is found again by its number and token."""

    def __init__(self, engine: Engine, holding: Holding) -> None:
        self._engine = engine
        self._holding = holding
        self._turn = BoundedSemaphore(1)
        self._next: int | None = None

    def write(self, new: Sequence[Values]) -> int:
        """Write entries, all or none, and return the first one's number; the others follow it.

        It must not be stopped half done: nobody would know whether they are written.

        Raises:
            LeaseLost: another daemon has the lease, or may have it. They may be written or not.
            JournalFailed: they are not written.
        """
        with self._turn:
            try:
                first = self._next or 1 + asked(self._engine, _last_number, self._patience())
                self._next, token = None, self._holding.token
                self._write([{**row, "number": first + place, "token": token} for place, row in enumerate(new)])
            except JournalFailed:
                self._holding.check()
                raise
            self._next = first + len(new)
            return first

    def _patience(self) -> float:
        """What the database gets to answer: no longer than the lease lasts. Raises LeaseLost where it is over."""
        self._holding.check()
        return min(ANSWER_SECONDS, self._holding.left())

    def _write(self, rows: Sequence[Values]) -> None:
        in_doubt, patience = False, time.monotonic() + DOUBT_SECONDS
        while True:
            try:
                written = transacted(self._engine, partial(_insert, rows, in_doubt=in_doubt), self._patience())
                break
            except Doubtful as error:
                in_doubt = True
                log.warning("whether entry %s is written is looked up: %s", rows[0]["number"], error.why)
            except JournalFailed:
                if not in_doubt:
                    raise
            if time.monotonic() > patience:
                self._holding.lost("whether an entry is written cannot be found out")
            gevent.sleep(AGAIN_SECONDS)
        if not written:
            self._holding.lost("another daemon has taken it")
        self._holding.check()


def _last_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(entries.c.number))) or 0


def _insert(rows: Sequence[Values], connection: Connection, *, in_doubt: bool) -> bool:
    """Write entries while the lease has their token, which cannot be taken before that is done; returns whether it has.

    An earlier try that is still under way at the server is waited for: its numbers are taken then, which is an error,
    and the next look finds them.
    """
    if in_doubt:
        there = connection.scalar(select(entries.c.token).where(entries.c.number == rows[0]["number"]))
        if there is not None:
            return bool(there == rows[0]["token"])
    written = connection.execute(GUARDED, [{f"its_{name}": value for name, value in row.items()} for row in rows])
    return written.rowcount == len(rows)
