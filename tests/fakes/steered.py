"""Calls of a fake that a test can hold, or let fail."""

from __future__ import annotations

from dataclasses import dataclass, field

from gevent.event import Event

from shippy.errors import Unavailable

HOLD_SECONDS = 30.0


@dataclass
class Hold:
    """A call that is being held: `reached` is set once it was made, and it goes on when `release` is set."""

    reached: Event = field(default_factory=Event)
    release: Event = field(default_factory=Event)


class Steered:
    """Calls that a test can hold or let fail; `calls` holds the name and the arguments of each."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self._holds: dict[str, Hold] = {}
        self._unavailable: Unavailable | None = None

    def go_down(self, why: str = "no answer within 10 s", retry_after: float | None = None) -> None:
        self._unavailable = Unavailable("GitHub", why, retry_after)

    def come_back(self) -> None:
        self._unavailable = None

    def hold(self, call: str) -> Hold:
        """Hold the next call of that name ("resolve", "statuses", "compare", "merge", …) until it is released."""
        self._holds[call] = Hold()
        return self._holds[call]

    def _called(self, name: str, *arguments: object) -> None:
        self.calls.append((name, arguments))
        held = self._holds.pop(name, None)
        if held is not None:
            held.reached.set()
            if not held.release.wait(HOLD_SECONDS):
                raise AssertionError(f"the held call of {name} was never released")
        if self._unavailable is not None:
            raise self._unavailable
