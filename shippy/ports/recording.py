"""The time, and the record of what happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shippy.events import Entry, Event


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC."""

    def sleep(self, seconds: float) -> None: ...


class Journal(Protocol):
    """The append-only record of what happens. It is the truth; everything shown is derived from it."""

    def append(self, event: Event) -> Entry:
        """Record an event; it is on disk when this returns.

        Raises:
            JournalFailed: it could not be recorded; what was about to be done must not be done.
        """

    def append_all(self, events: Sequence[Event]) -> list[Entry]:
        """Record events of one moment, all of them or none; what `append` promises holds for each.

        Raises:
            JournalFailed: as of `append`.
        """

    def check(self) -> None:
        """Ask nobody, and return if this daemon surely has the journal.

        Raises:
            LeaseLost: another one has it, or may have it.
        """

    def of_deploy(self, deploy: str) -> list[Entry]:
        """The events of one deploy, oldest first."""

    def unfinished(self) -> list[str]:
        """The ids of the deploys that have begun (an undo begins one once more) and not ended since, oldest first."""

    def recent(self, count: int, app: str | None = None) -> list[str]:
        """The ids of the last deploys, newest first."""

    def of_locks(self) -> list[Entry]:
        """The events of all locks (LockEvent), oldest first."""

    def of_app(self, app: str) -> list[Entry]:
        """What was seen of an app beside its deploys (Seen), oldest first."""

    def handled(self, request: str) -> bool:
        """Whether a request of this id has been received already, by this daemon or an earlier one."""

    def last(self) -> Entry | None:
        """The newest entry of all."""

    def last_swap(self, app: str) -> Entry | None:
        """The event (Swapped or SwappedBack) that made the app's stable slot what it is: the first of `swaps`."""

    def swaps(self, app: str, count: int) -> list[Entry]:
        """The last events (Swapped or SwappedBack) that gave the app another live release, newest first."""
