"""The journal as deploys write it: what it could not take on the way back is written as soon as it can."""

from __future__ import annotations

import logging
from collections import deque

from gevent.lock import RLock

from shippy.errors import JournalFailed
from shippy.events import Entry, Event
from shippy.ports import Clock, Journal

log = logging.getLogger(__name__)


class Notebook:
    """Keeps the events in their order, also those that the journal refused when they happened."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._missed: deque[Event] = deque()
        self._writing = RLock()

    def append(self, event: Event) -> Entry:
        """Record an event; what was missed before it is recorded first.

        Raises:
            JournalFailed: it is not recorded, and what it announces must not be done.
        """
        with self._writing:
            while self._missed:
                self._journal.append(self._missed[0])
                self._missed.popleft()
            return self._journal.append(event)

    def note(self, event: Event) -> Entry:
        """Like `append`, for what happens whether or not it can be recorded: it is kept until it can be.

        A daemon that dies before that has lost it, and the next one sees the deploy where the journal left it.
        """
        with self._writing:
            try:
                return self.append(event)
            except JournalFailed:
                log.exception("not recorded for now: %s", event)
                self._missed.append(event)
                return Entry(0, self._clock.now(), event)
