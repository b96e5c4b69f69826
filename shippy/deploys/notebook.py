"""The journal as deploys write it: what it could not take on the way back is written as soon as it can."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from gevent.lock import RLock

from shippy.errors import JournalFailed
from shippy.events import Entry, Event
from shippy.ports import Clock, Journal

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
"""A journal that has refused is not asked again for so long on the way back: each try may take seconds."""


class Notebook:
    """Keeps the events in their order, also those that the journal refused when they happened.

    Only the ends of running deploys are kept, because without a journal nothing else happens: they are never many.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._missed: deque[Event] = deque()
        self._refused = clock.now()
        self._writing = RLock()

    def append(self, event: Event) -> Entry:
        """Record an event; what was missed before it is recorded first.

        Raises:
            JournalFailed: it is not recorded, and what it announces must not be done.
        """
        with self._writing:
            self.catch_up()
            return self._journal.append(event)

    def append_all(self, events: Sequence[Event]) -> list[Entry]:
        """Like `append`, for events of one moment: all of them or none."""
        with self._writing:
            self.catch_up()
            return self._journal.append_all(events)

    def catch_up(self) -> None:
        """Record what was missed. Raises JournalFailed where that still cannot be."""
        with self._writing:
            while self._missed:
                self._journal.append(self._missed[0])
                self._missed.popleft()

    def note(self, event: Event) -> Entry:
        """Like `append`, for what happens whether or not it can be recorded: it is kept until it can be.

        A daemon that dies before that has lost it, and the next one sees the deploy where the journal left it.
        """
        with self._writing:
            now = self._clock.now()
            if self._missed and now - self._refused < PATIENCE:
                return self._keep(event)
            try:
                return self.append(event)
            except JournalFailed:
                log.exception("the journal refuses what happens")
                self._refused = self._clock.now()
                return self._keep(event)

    def _keep(self, event: Event) -> Entry:
        log.error("not recorded for now: %s", event)
        self._missed.append(event)
        return Entry(0, self._clock.now(), event)
