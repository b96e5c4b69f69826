"""The journal of the daemon under test, read from outside while that one writes to it, or is dead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, NullPool, create_engine, func, select

from shippy.deploys import state
from shippy.errors import JournalFailed
from shippy.events import CommandEnded, CommandReceived, Entry, ShipsLocked, ShipsUnlocked, Swap, Swapped
from shippy.journal.codec import decode
from shippy.journal.store import SqlJournal
from shippy.journal.tables import entries
from shippy.model import Deploy


@cache
def engine_of(url: str) -> Engine:
    """Nothing of a file is held open between two looks; a connection to a server is."""
    return create_engine(url, poolclass=NullPool) if url.startswith("sqlite") else create_engine(url)


@dataclass(frozen=True, slots=True)
class Records:
    """A journal, by its URL."""

    url: str
    app: str

    @property
    def last_number(self) -> int:
        with self._engine().connect() as connection:
            return connection.scalar(select(func.max(entries.c.number))) or 0

    def since(self, number: int) -> list[Entry]:
        """The entries after this number, oldest first."""
        with self._engine().connect() as connection:
            rows = connection.execute(select(entries).where(entries.c.number > number).order_by(entries.c.number))
            return [Entry(row.number, row.at, decode(row.kind, row.payload)) for row in rows]

    def last_deploy(self) -> Deploy | None:
        """The newest deploy, as its events tell it."""
        recent = self._journal().recent(1, self.app)
        return state.folded(self._journal().of_deploy(recent[0])) if recent else None

    def unfinished(self) -> list[str]:
        return self._journal().unfinished()

    @property
    def ships_are_locked(self) -> bool:
        closings = [entry.event for entry in self._journal().of_locks()]
        changes = [event for event in closings if isinstance(event, ShipsLocked | ShipsUnlocked)]
        return bool(changes) and isinstance(changes[-1], ShipsLocked)

    def live(self) -> Swap:
        """What made the stable slot what it is. Raises JournalFailed where nothing has been live yet."""
        entry = self._journal().last_swap(self.app)
        if entry is None or not isinstance(entry.event, Swap):
            raise JournalFailed("nothing has been live yet")
        return entry.event

    def replacing_a_warm_one(self) -> Deploy | None:
        """The live deploy, if the release that it has replaced has not been retired yet."""
        entry = self._journal().last_swap(self.app)
        if entry is None or not isinstance(entry.event, Swapped):
            return None
        deploy = state.folded(self._journal().of_deploy(entry.event.deploy))
        return None if deploy.drained or deploy.first else deploy

    def ended(self, text: str, after: int) -> CommandEnded | None:
        """How a command that was typed after an entry has ended; None as long as it has not."""
        requests = self.taken(text, after)
        since = (entry.event for entry in self.since(after))
        return next((event for event in since if isinstance(event, CommandEnded) and event.request in requests), None)

    def taken(self, text: str, after: int) -> set[str]:
        """The requests with this command that the daemon has taken after an entry."""
        since = (entry.event for entry in self.since(after))
        return {event.request for event in since if isinstance(event, CommandReceived) and event.text == text}

    def _engine(self) -> Engine:
        return engine_of(self.url)

    def _journal(self) -> SqlJournal:
        return SqlJournal(self._engine())
