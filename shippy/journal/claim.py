"""Getting the right to write: at once, or when whoever has it is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import URL, Connection, Engine, text

from shippy.errors import JournalFailed
from shippy.journal.databases import engine_for, new_session, shown
from shippy.journal.holding import Guard, Leased, boot_time
from shippy.journal.lease import LEASE_SECONDS, Holder, Sight, end_sessions, seen, taken
from shippy.journal.steps import LEASED, STEPS, bring_up_to_date, version_of
from shippy.journal.store import SqlJournal
from shippy.journal.transactions import asked, transacted

log = logging.getLogger(__name__)

# Two new daemons on one new database make its tables one after the other; the number is anybody's.
TABLES_LOCK = "SELECT pg_advisory_xact_lock(7447797)"

TABLES_SECONDS = 600.0
"""What a new version gets to change the tables of a large journal."""


class Claim:
    """A daemon's claim to a journal on PostgreSQL, which it gets when nobody has it.

    A holder that was seen alive is given up once neither the database's clock nor this machine's leave it any time: so
    one of them may jump.

    Raises:
        JournalFailed: there is no driver for the database.
    """

    def __init__(
        self,
        url: URL,
        holder: Holder,
        *,
        guard: Guard,
        now: Callable[[], datetime],
        seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = boot_time,
    ) -> None:
        self._url = url
        self._holder = holder
        self._guard = guard
        self._now = now
        self._seconds = seconds
        self._clock = clock
        self._session = new_session()
        self._engine = engine_for(url, self._session)
        self._last: Sight | None = None
        self._alive = float("-inf")
        self._ready = False

    def attempt(self) -> SqlJournal | Holder:
        """The journal, or who has it.

        Raises:
            JournalFailed: the database does not answer, or the journal is of a newer shippy.
        """
        try:
            return self._attempt()
        except JournalFailed as error:
            raise JournalFailed(f"{shown(self._url)}: {error.why}") from error

    def close(self) -> None:
        """Want it no longer."""
        self._engine.dispose()

    def _attempt(self) -> SqlJournal | Holder:
        if not self._ready:
            transacted(self._engine, self._make_lease)
            self._ready = True
        looked = self._clock()
        sight = asked(self._engine, seen)
        if sight.holder is not None and not self._is_given_up(sight, looked):
            return sight.holder
        if sight.holder is not None:
            log.warning("%s had the journal, and does not renew its lease any more", sight.holder)
        if sight.session:
            self._end(sight.session)
        wanted = self._clock()
        token = transacted(self._engine, lambda connection: self._take(connection, sight))
        if token is None:
            self._alive = wanted
            return asked(self._engine, seen).holder or self._holder
        return self._opened(token, wanted)

    def _is_given_up(self, sight: Sight, now: float) -> bool:
        if self._last is None:
            alive = not sight.over
        else:
            alive = (sight.token, sight.until) != (self._last.token, self._last.until)
        self._last = sight
        if alive:
            self._alive = now
        return sight.over and now - self._alive >= self._seconds

    def _make_lease(self, connection: Connection) -> None:
        """The tables, as far as the lease needs them; the rest is for whoever holds it. Raises JournalFailed."""
        connection.execute(text(TABLES_LOCK))
        version = version_of(connection)
        if version < LEASED:
            bring_up_to_date(connection, self._now(), STEPS[:LEASED])
        elif version > len(STEPS):
            bring_up_to_date(connection, self._now())

    def _make_tables(self, connection: Connection) -> None:
        """What the lease did not need of them. It is renewed meanwhile, however long that takes."""
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        bring_up_to_date(connection, self._now())

    def _take(self, connection: Connection, sight: Sight) -> int | None:
        return taken(connection, sight, self._session, self._holder, self._seconds)

    def _end(self, session: str) -> None:
        """End what the last holder has left at the server; where that may not be, it ends by its time-outs."""
        try:
            transacted(self._engine, lambda connection: end_sessions(connection, session))
        except JournalFailed as error:
            log.warning("the connections of the last holder cannot be ended: %s", error.why)

    def _opened(self, token: int, wanted: float) -> SqlJournal:
        leasing: Engine = engine_for(self._url, self._session)
        holding = Leased(leasing, token, asked=wanted, guard=self._guard, seconds=self._seconds, clock=self._clock)
        try:
            transacted(self._engine, self._make_tables, TABLES_SECONDS)
        except JournalFailed:
            holding.release()
            raise
        log.info("the journal's lease is taken, under the token %s", token)
        return SqlJournal(self._engine, holding, self._now)
