"""What of an app is not as recorded: told once when it begins, and once when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shippy.events import Drifted, Entry, Event, Mended, Part, Seen, Settled
from shippy.ports import Clock

PATIENCE = {Part.BALANCER: timedelta(seconds=2)}
"""How long something may be wrong before it is told: a balancer that is reloaded does not answer for a moment."""

STEADY = timedelta(seconds=10)
"""How long something must be right to count as that: what comes and goes is one trouble, and not many."""


@dataclass(slots=True)
class Trouble:
    since: datetime
    last: datetime
    told: bool = False


class Standing:
    """What has been told of an app to be wrong, and not yet to be right again."""

    def __init__(self, told: Iterable[Entry]) -> None:
        self._wrong: dict[tuple[Part, str], Drifted] = {}
        for entry in told:
            self.hear(entry.event)

    def __iter__(self) -> Iterator[Drifted]:
        return iter(tuple(self._wrong.values()))

    def hear(self, event: Event) -> None:
        match event:
            case Drifted(part=part, name=name):
                self._wrong[part, name] = event
            case Settled(part=part, name=name) | Mended(part=part, name=name):
                self._wrong.pop((part, name), None)


class Troubles:
    """The troubles of one app. There are never more than it has, or has had, balancers and hosts.

    Args:
        tell: is given what is to be told, and must not raise.
        told: what an earlier daemon has told, oldest first: it is not told again, but for its end.
    """

    def __init__(self, app: str, clock: Clock, tell: Callable[[Seen], None], told: Iterable[Entry] = ()) -> None:
        self._app = app
        self._clock = clock
        self._tell = tell
        self._known: dict[tuple[Part, str], Trouble] = {}
        self._mended: dict[tuple[Part, str], datetime] = {}
        for entry in told:
            self._remember(entry)

    def __bool__(self) -> bool:
        """Whether there are any, told or not."""
        return bool(self._known)

    def see(self, part: Part, wrong: Mapping[str, str], right: Iterable[str]) -> None:
        """What a look has found: the reasons of those that are wrong, and the names of those that are right."""
        now = self._clock.now()
        for name, reason in wrong.items():
            trouble = self._known.setdefault((part, name), Trouble(now, now))
            trouble.last = now
            if not trouble.told and now - trouble.since >= PATIENCE.get(part, timedelta()):
                trouble.told = True
                self._tell(Drifted(self._app, part, name, reason))
        for name in right:
            self._over(part, name, now)

    def mended(self, part: Part, name: str) -> None:
        """It was brought back. What has to be mended again and again is told the first time."""
        now = self._clock.now()
        before = self._mended.get((part, name))
        self._mended[part, name] = now
        self._known.pop((part, name), None)
        if before is None or now - before > STEADY:
            self._tell(Mended(self._app, part, name))

    def _remember(self, entry: Entry) -> None:
        match entry.event:
            case Drifted(part=part, name=name):
                self._known[part, name] = Trouble(entry.at, entry.at, told=True)
            case Settled(part=part, name=name):
                self._known.pop((part, name), None)
            case Mended(part=part, name=name):
                self._known.pop((part, name), None)
                self._mended[part, name] = entry.at

    def _over(self, part: Part, name: str, now: datetime) -> None:
        trouble = self._known.get((part, name))
        if trouble is None or (trouble.told and now - trouble.last < STEADY):
            return
        del self._known[part, name]
        if trouble.told:
            self._tell(Settled(self._app, part, name))
