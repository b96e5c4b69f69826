"""Two hundred deploys in one daemon, with everything that keeps anything: its memory stays as it is."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import closing

import gevent
import pytest

from shippy.backoff import Backoff
from shippy.chat.outgoing.details import Details
from shippy.chat.outgoing.living import LivingMessages
from shippy.chat.outgoing.living_message import Pace
from shippy.chat.outgoing.outbox import Outbox
from shippy.config.schema import Nags
from shippy.deploys.watch.forgetting import Forgetting
from shippy.deploys.watch.housekeeping import Housekeeping
from shippy.deploys.watch.reconciler import Reconciler
from shippy.journal import open_journal
from shippy.model import HostStep, Person, Place, Routing, Slot, Traffic
from tests.fakes.board import FakeBoard, draw
from tests.world import World, in_background, result_of

WARM_UP, DEPLOYS = 105, 205
"""By then what is kept on purpose, and is bounded, has been filled: see living.MOST_PLACES."""

MOST_GROWTH = 40
"""Blocks of memory between the two: fewer than one for two deploys. (Their sizes say less: tables grow in leaps.)"""

QUIET_SECONDS = 10.0
ENDS = ("committed", "aborted")


class Soaked(World):
    """A world whose daemon writes a real journal and shows its deploys on a board."""

    def __init__(self) -> None:
        super().__init__(min_hosts=2)
        self.board = FakeBoard()
        self.outbox = Outbox(self.board, backoff=Backoff(0.001, 0.002))
        self.living = LivingMessages(
            board=self.board,
            outbox=self.outbox,
            channels=("#deploys",),
            channel_id=lambda _: "C1",
            draw=draw,
            details=Details(lambda entry, _: str(entry.number), lambda entry, _: str(entry.number), lambda _, __: ()),
            announced=self._announced,
            pace=Pace(between=0.0, refresh=30, first=0.001, most=0.002),
        )
        self.outbox.start()
        self.journal = open_journal("sqlite://", self.clock.now)  # type: ignore[assignment] # the real one
        self.listener = self.living  # type: ignore[assignment] # as above
        self.restarted()
        self.reconciler = Reconciler(self.deploys)
        self.housekeeping = Housekeeping(self.deploys, Nags())
        self.forgetting = Forgetting(self.deploys)

    def _announced(self, deploy: str, message: Place) -> None:
        self.deploys.announced(deploy, message)

    def live_through(self, number: int) -> None:
        """One deploy, to one of its ends, with some of what happens meanwhile."""
        branch, waiting = f"branch-{number}", Person(f"U{number + 10}", f"person {number}")
        self.green(branch)
        if number % 5 == 0:
            self.fleet.host["web2"].fail(HostStep.CHECKING, "not healthy within 60 s", log=("x" * 500,) * 20)
        self.ship(branch)
        self.fleet.host["web2"].mend()
        self.deploys.waiting.join("production", waiting, Place("C1", f"{number}.1"))
        self.rollout(25)
        self.balancers.traffic["lb1"] = Traffic(Routing(Slot.BLUE))
        self.look()
        result_of(in_background(self.commit if number % 2 else self.abort))
        self.look()
        if number % 3:
            self.deploys.waiting.leave("production", waiting)
        else:
            # They do not come when it is their turn.
            self.clock.advance(3600)
        self.look()
        self.forgetting.look()
        self._forget()

    def look(self) -> None:
        self.clock.advance(30)
        self.reconciler.look(self.site)
        self.housekeeping.look()

    def _forget(self) -> None:
        """What the fakes alone remember."""
        with gevent.Timeout(QUIET_SECONDS):
            while not any(text.startswith(ENDS) for text in self.board.shown.values()):
                gevent.sleep(0.001)
        for calls in (self.balancers.calls, self.fleet.calls, self.code.calls, self.clock.slept):
            calls.clear()
        for noted in (self.board.said, self.board.edits):
            noted.clear()
        for by_ts in (self.board.shown, self.board.marks, self.board.channels):
            by_ts.clear()


@pytest.fixture
def soaked() -> Iterator[Soaked]:
    world = Soaked()
    with closing(world.journal):  # type: ignore[type-var] # the real one
        tracemalloc.start()
        yield world
        tracemalloc.stop()
        world.living.stop(1)
        world.outbox.stop(1)


def held() -> tuple[int, int]:
    """Blocks that shippy's own lines have allocated and that are still held, and how many greenlets there are."""
    gc.collect()
    ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/shippy/*")])
    greenlets = sum(isinstance(one, gevent.Greenlet) for one in gc.get_objects())
    return sum(each.count for each in ours.statistics("filename")), greenlets


@pytest.mark.timeout(300)
def test_memory_is_flat_over_two_hundred_deploys(soaked: Soaked) -> None:
    for number in range(WARM_UP):
        soaked.live_through(number)
    early, greenlets = held()
    for number in range(WARM_UP, DEPLOYS):
        soaked.live_through(number)
    late, greenlets_then = held()
    assert late - early < MOST_GROWTH, f"{early} blocks after {WARM_UP} deploys, {late} after {DEPLOYS}"
    assert greenlets_then <= greenlets + 1
