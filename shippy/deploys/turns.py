"""Who waits for a lock, and who has closed it: its events folded, and the verbs that write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from gevent.lock import RLock

from shippy.deploys.notebook import Notebook
from shippy.deploys.people import SHIPPY
from shippy.errors import NotLocked, NotWaiting, NotYourTurn, ShipsClosed
from shippy.events import Entry, Joined, Left, LockEvent, ShipsLocked, ShipsUnlocked, TurnCame
from shippy.model import Closure, Deploy, Person, Place, Turns
from shippy.ports import Clock, Listener

TURN = timedelta(minutes=15)
"""Whoever does not ship within this time of being told lets the next one pass."""


def after(turns: Turns, entry: Entry) -> Turns:
    """What a lock has come to once this entry has happened to it."""
    match entry.event:
        case Joined(person=person):
            return replace(turns, queue=(*turns.queue, person))
        case Left(person=person):
            first = bool(turns.queue) and turns.queue[0].id == person.id
            queue = tuple(one for one in turns.queue if one.id != person.id)
            return replace(turns, queue=queue, called=None if first else turns.called)
        case TurnCame():
            return replace(turns, called=entry.at)
        case ShipsLocked(by=by, reason=reason, until=until):
            return replace(turns, closure=Closure(by, reason, entry.at, until))
        case ShipsUnlocked():
            return replace(turns, closure=None)
        case _:
            return turns


def _is_over(closure: Closure, now: datetime) -> bool:
    return closure.until is not None and now >= closure.until


class WaitingRoom:
    """The queues and closures of all locks, as the journal tells them.

    Args:
        entries: the events of all locks, oldest first.
        holder: the running deploy that holds a lock, if one does.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        notebook: Notebook,
        clock: Clock,
        listener: Listener,
        holder: Callable[[str], Deploy | None],
    ) -> None:
        self._notebook = notebook
        self._clock = clock
        self._listener = listener
        self._holder = holder
        # What is seen of a queue has to be so still when it is changed, however long the journal takes to record that.
        self._changing = RLock()
        self._turns: defaultdict[str, Turns] = defaultdict(Turns)
        self._places: dict[tuple[str, str], Place] = {}
        for entry in entries:
            self._apply(entry)

    def of(self, lock: str) -> Turns:
        return self._turns[lock]

    def join(self, lock: str, person: Person, place: Place) -> None:
        """Wait for a lock; who waits already keeps their place."""
        with self._changing:
            if not any(one.id == person.id for one in self.of(lock).queue):
                self._record(Joined(lock, person, place))
            self.call_next(lock)

    def leave(self, lock: str, person: Person, reason: str = "") -> None:
        """Wait no longer. Raises NotWaiting."""
        with self._changing:
            if not any(one.id == person.id for one in self.of(lock).queue):
                raise NotWaiting(lock)
            self._record(Left(lock, person, reason))
            self.call_next(lock)

    def close(self, lock: str, by: Person, reason: str, until: datetime | None) -> None:
        self._record(ShipsLocked(lock, by, reason, until))

    def close_for_certain(self, lock: str, by: Person, reason: str) -> None:
        """Like `close` without an end, even where the journal cannot take it now."""
        self._note(ShipsLocked(lock, by, reason))

    def open(self, lock: str, by: Person) -> None:
        """Let ships begin again, and tell who waits. Raises NotLocked."""
        with self._changing:
            if self.of(lock).closure is None:
                raise NotLocked(lock)
            self._record(ShipsUnlocked(lock, by))
            self.call_next(lock)

    def admit(self, lock: str, person: Person) -> None:
        """Raises ShipsClosed or NotYourTurn where this person may not begin to ship under a free lock now."""
        self.look(lock)
        refusal = self.refusal(lock, person)
        if refusal is not None:
            raise refusal

    def refusal(self, lock: str, person: Person) -> ShipsClosed | NotYourTurn | None:
        """What `admit` would raise now. It only looks: what is over by now is left to be ended by somebody else."""
        turns, now = self.of(lock), self._clock.now()
        if turns.closure is not None and not _is_over(turns.closure, now):
            return ShipsClosed(lock, turns.closure)
        late = turns.called is not None and now - turns.called > TURN
        queue = turns.queue[1:] if late else turns.queue
        called = turns.called is not None or turns.closure is not None
        return NotYourTurn(lock, queue[0]) if called and queue and queue[0].id != person.id else None

    def enter(self, lock: str, person: Person) -> None:
        """Somebody has begun to ship: they wait no longer."""
        with self._changing:
            if any(one.id == person.id for one in self.of(lock).queue):
                self._note(Left(lock, person))

    def call_next(self, lock: str) -> None:
        """Tell the first in the queue, unless somebody holds the lock, it is closed, or they have been told."""
        with self._changing:
            turns = self.of(lock)
            if turns.queue and turns.called is None and turns.closure is None and self._holder(lock) is None:
                first = turns.queue[0]
                self._note(TurnCame(lock, first, self._places.get((lock, first.id), Place())))

    def look(self, lock: str) -> None:
        """End what is over by now: a closure with a time, and the turn of somebody who does not come."""
        with self._changing:
            turns, now = self.of(lock), self._clock.now()
            if turns.closure is not None and _is_over(turns.closure, now):
                self.open(lock, SHIPPY)
            if turns.called is not None and now - turns.called > TURN:
                self.leave(lock, turns.queue[0], "did not ship when it was their turn")

    def look_at_all(self) -> None:
        for lock in list(self._turns):
            self.look(lock)

    def _record(self, event: Joined | Left | ShipsLocked | ShipsUnlocked) -> None:
        self._tell(self._notebook.append(event))

    def _note(self, event: Left | TurnCame | ShipsLocked) -> None:
        """For what follows from something that has happened, and must not undo it by failing."""
        self._tell(self._notebook.note(event))

    def _tell(self, entry: Entry) -> None:
        self._apply(entry)
        if isinstance(entry.event, LockEvent):
            self._listener.heard_of_lock(entry, self._holder(entry.event.lock))

    def _apply(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, LockEvent):
            self._turns[event.lock] = after(self._turns[event.lock], entry)
        if isinstance(event, Joined):
            self._places[event.lock, event.person.id] = event.place
        if isinstance(event, Left):
            self._places.pop((event.lock, event.person.id), None)
