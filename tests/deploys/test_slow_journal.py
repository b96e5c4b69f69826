"""A journal over a network lets others run while it writes: what they do meanwhile must not make anything twice."""

from __future__ import annotations

import gevent

from shippy.events import Entry, Event, Joined, TurnCame
from tests.fakes.journal import FakeJournal
from tests.world import KIM, THREAD, World, in_background

LOCK = "production"


class SlowJournal(FakeJournal):
    """Takes a moment for every entry."""

    def append(self, event: Event) -> Entry:
        gevent.sleep(0.001)
        return super().append(event)


class SlowWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.journal = SlowJournal(self.clock)
        self.restarted()


def test_who_joins_twice_at_once_waits_once_and_is_called_once() -> None:
    world = SlowWorld()
    waiting = world.deploys.waiting
    joining = [in_background(lambda: waiting.join(LOCK, KIM, THREAD)) for _ in range(3)]
    gevent.joinall(joining, timeout=5, raise_error=True)
    assert len(world.happened(Joined)) == 1
    assert len(world.happened(TurnCame)) == 1
