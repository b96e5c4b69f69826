"""A journal in memory, which can be told to fail."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from shippy.errors import JournalFailed, LeaseLost
from shippy.events import AppEvent, CommandReceived, DeployEvent, Entry, Event, LockEvent, Started, Swapped, SwappedBack
from shippy.ports import Clock
from tests.fakes.clock import FakeClock


class FakeJournal:
    """Implements `shippy.ports.Journal`. `entries` is everything recorded, oldest first.

    `together` has what was recorded in one go. Where it is `lost`, another daemon has it.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._failure: str | None = None
        self._appends_before_failure = 0
        self.entries: list[Entry] = []
        self.together: list[Sequence[Event]] = []
        self.lost = False

    def fail(self, why: str = "the disk is full", after: int = 0) -> None:
        """Refuse every append from now on, once so many more have been recorded."""
        self._failure = why
        self._appends_before_failure = after

    def heal(self) -> None:
        self._failure = None

    @property
    def events(self) -> list[Event]:
        return [entry.event for entry in self.entries]

    def append(self, event: Event) -> Entry:
        self.check()
        if self._failure is not None:
            if self._appends_before_failure == 0:
                raise JournalFailed(self._failure)
            self._appends_before_failure -= 1
        entry = Entry(number=len(self.entries) + 1, at=self._clock.now(), event=event)
        self.entries.append(entry)
        return entry

    def append_all(self, events: Sequence[Event]) -> list[Entry]:
        if self._failure is not None and self._appends_before_failure < len(events):
            raise JournalFailed(self._failure)
        self.together.append(events)
        return [self.append(event) for event in events]

    def check(self) -> None:
        if self.lost:
            raise LeaseLost("another daemon has taken it")

    def of_deploy(self, deploy: str) -> list[Entry]:
        return [
            entry for entry in self.entries if isinstance(entry.event, DeployEvent) and entry.event.deploy == deploy
        ]

    def unfinished(self) -> list[str]:
        begun: dict[str, None] = {}
        for event in self.events:
            if isinstance(event, DeployEvent) and event.begins:
                begun[event.deploy] = None
            if isinstance(event, DeployEvent) and event.ends:
                begun.pop(event.deploy, None)
        return list(begun)

    def recent(self, count: int, app: str | None = None) -> list[str]:
        started = [event for event in self.events if isinstance(event, Started) and app in {None, event.app}]
        return [event.deploy for event in reversed(started)][:count]

    def of_locks(self) -> list[Entry]:
        return [entry for entry in self.entries if isinstance(entry.event, LockEvent)]

    def of_app(self, app: str) -> list[Entry]:
        return [entry for entry in self.entries if isinstance(entry.event, AppEvent) and entry.event.app == app]

    def handled(self, request: str) -> bool:
        return any(isinstance(event, CommandReceived) and event.request == request for event in self.events)

    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    def last_swap(self, app: str) -> Entry | None:
        return next(iter(self.swaps(app, 1)), None)

    def swaps(self, app: str, count: int) -> list[Entry]:
        swaps = (e for e in reversed(self.entries) if isinstance(e.event, Swapped | SwappedBack) and e.event.app == app)
        return list(islice(swaps, count))
