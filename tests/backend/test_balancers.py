"""All or none, over balancers of no make in particular."""

from __future__ import annotations

from dataclasses import dataclass

import gevent
import pytest
from gevent.event import Event

from shippy.backend.asking import Asked, Unasked
from shippy.backend.balancers import AllOrNone
from shippy.errors import BalancersRefused, Unavailable
from shippy.model import Counts, Endpoint, Routing, Share, Slot, SlotCounts, Traffic

OLD, NEW = Endpoint("web1", "10.0.0.11", 1), Endpoint("web1", "10.0.0.11", 2)
LIVE = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({OLD})})
SHARED = Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(2500)), {**LIVE.endpoints, Slot.GREEN: frozenset({NEW})})


@dataclass(frozen=True)
class Sight:
    traffic: Traffic


class Scripted:
    """A balancer that does as it is told, fails the steps it is told to, and writes down what it was asked."""

    def __init__(self, name: str, steps: list[str], *failing: str) -> None:
        self.name = name
        self.traffic = LIVE
        self.recorded = LIVE
        self.failing = set(failing)
        self.held: Event | None = None
        self._steps = steps

    def look(self) -> Sight:
        self._step("read")
        return Sight(self.traffic)

    def record(self, wanted: Traffic) -> None:
        self._step("record")
        self.recorded = wanted

    def prepare(self, seen: Sight, wanted: Traffic, *, careful: bool) -> Sight:  # noqa: ARG002 - part of the protocol
        self._step("prepare")
        if careful:
            self._step("await health")
        both = {slot: self.traffic.in_slot(slot) | wanted.in_slot(slot) for slot in Slot}
        self.traffic = Traffic(self.traffic.routing, both)
        return Sight(self.traffic)

    def switch(self, seen: Sight, wanted: Traffic) -> Sight:  # noqa: ARG002 - as above
        self._step("switch")
        if "deaf" not in self.failing:
            self.traffic = Traffic(wanted.routing, self.traffic.endpoints)
        return Sight(self.traffic)

    def settle(self, seen: Sight, wanted: Traffic) -> Sight:  # noqa: ARG002 - as above
        self._step("settle")
        self.traffic = Traffic(self.traffic.routing, wanted.endpoints)
        return Sight(self.traffic)

    def servers_up(self, slot: Slot) -> int:
        return len(self.traffic.in_slot(slot))

    def sessions(self, slot: Slot) -> int:
        self._step("sessions")
        return len(self.traffic.in_slot(slot))

    def counts(self) -> Asked[SlotCounts]:
        return Unasked(self._counts)

    def watch(self) -> Asked[Traffic]:
        return Unasked(lambda: self.look().traffic)

    def _counts(self) -> SlotCounts:
        self._step("counts")
        return {slot: Counts(len(self._steps)) for slot in Slot}

    def _step(self, step: str) -> None:
        self._steps.append(f"{self.name} {step}")
        if step in self.failing:
            raise Unavailable(self.name, f"no {step}")
        if self.held and step == "switch":
            self.held.wait()


def pair(*failing: str) -> tuple[Scripted, Scripted, list[str]]:
    """Two balancers, the second of which fails these steps, and what they are asked."""
    steps: list[str] = []
    return Scripted("lb1", steps), Scripted("lb2", steps, *failing), steps


def test_each_step_is_done_on_all_before_the_next_on_any() -> None:
    one, two, steps = pair()
    AllOrNone([one, two]).bring(SHARED)
    assert (one.traffic, two.traffic) == (SHARED, SHARED)
    assert (one.recorded, two.recorded) == (SHARED, SHARED)
    order = [step.split(maxsplit=1)[1] for step in steps if not step.endswith("read")]
    both = ("record", "prepare", "switch", "settle")
    assert [step for step in order if step != "await health"] == [step for step in both for _ in range(2)]


@pytest.mark.parametrize("step", ["record", "prepare", "await health", "switch", "settle"])
def test_a_step_that_one_refuses_leaves_all_as_they_were(step: str) -> None:
    one, two, _ = pair(step)
    with pytest.raises(BalancersRefused) as refused:
        AllOrNone([one, two]).bring(SHARED)
    assert refused.value.failures == {"lb2": f"no {step}"}
    assert (one.traffic, one.recorded) == (LIVE, LIVE)
    assert two.traffic.routing == LIVE.routing


def test_a_balancer_that_cannot_be_put_back_is_named() -> None:
    one, two, _ = pair("switch")
    with pytest.raises(BalancersRefused) as refused:
        AllOrNone([one, two]).bring(SHARED)
    assert refused.value.stuck == ("lb2",)


def test_putting_back_waits_for_no_health() -> None:
    one, two, steps = pair("await health")
    with pytest.raises(BalancersRefused) as refused:
        AllOrNone([one, two]).bring(SHARED)
    assert refused.value.stuck == ()
    assert steps.count("lb2 await health") == 1


def test_nothing_is_touched_when_one_cannot_be_read() -> None:
    one, two, steps = pair("read")
    with pytest.raises(BalancersRefused) as refused:
        AllOrNone([one, two]).bring(SHARED)
    assert refused.value.failures == {"lb2": "no read"}
    assert set(steps) == {"lb1 read", "lb2 read"}


def test_a_balancer_that_says_yes_and_does_nothing_is_found_out() -> None:
    one, two, _ = pair("deaf")
    with pytest.raises(BalancersRefused) as refused:
        AllOrNone([one, two]).bring(SHARED)
    assert set(refused.value.failures) == {"lb2"}
    assert one.traffic == LIVE


def test_force_goes_on_where_one_fails_and_where_it_cannot_be_recorded() -> None:
    one, two, _ = pair("record")
    assert AllOrNone([one, two]).force(SHARED) == {"lb2": "no record"}
    assert (one.traffic, two.traffic) == (SHARED, SHARED)


def test_sessions_are_counted_over_those_that_answer() -> None:
    one, two, _ = pair("sessions")
    balancers = AllOrNone([one, two])
    assert balancers.sessions(Slot.BLUE) == 1
    one.failing.add("sessions")
    with pytest.raises(Unavailable, match="lb1: no sessions; lb2: no sessions"):
        balancers.sessions(Slot.BLUE)


def test_a_killed_change_has_stopped_before_the_next_begins() -> None:
    one, two, steps = pair()
    one.held = two.held = Event()
    balancers = AllOrNone([one, two])
    change = gevent.spawn(balancers.bring, SHARED)
    while "lb2 switch" not in steps:
        gevent.sleep(0)
    abort = gevent.spawn(balancers.force, LIVE)
    gevent.sleep(0)
    assert steps[-1] == "lb2 switch"
    change.kill()
    one.held.set()
    assert abort.get(timeout=2) == {}
    assert (one.traffic, two.traffic) == (LIVE, LIVE)
