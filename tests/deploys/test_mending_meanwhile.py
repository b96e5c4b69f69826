"""The balancers are held to the record also while a deploy is busy with something else; and never against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest

from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import BalancersRefused
from shippy.events import Event, Mended, Part
from shippy.model import Deploy, HostStep, Phase, Routing, Share, Slot, Traffic
from tests.world import WAIT_SECONDS, World, in_background, result_of

EMPTY = Traffic(Routing(Slot.BLUE))
BEFORE, NEW = Slot.GREEN, Slot.BLUE
"""The slots of the release that was live before, and of the one that is shipped."""

Going = Callable[[World], Any]
"""Begins a command and returns, when it waits in the middle, what to do for it to go on and end."""


def drains(slot: Slot, command: Callable[[World], Deploy], *first: Callable[[World], Any]) -> Going:
    def going(world: World) -> Any:
        for step in first:
            step(world)
        world.balancers.open[slot] = 1
        slept = len(world.clock.slept)
        running = in_background(lambda: command(world))
        until(lambda: len(world.clock.slept) > slept + 1)

        def go_on() -> Any:
            world.balancers.open.clear()
            return result_of(running)

        return go_on

    return going


def waits(held: Callable[[World], Any], command: Callable[[World], Deploy], *first: Callable[[World], Any]) -> Going:
    def going(world: World) -> Any:
        for step in first:
            step(world)
        hold = held(world)
        running = in_background(lambda: command(world))
        assert hold.reached.wait(WAIT_SECONDS)

        def go_on() -> Any:
            release = hold.release
            release() if callable(release) else release.set()
            return result_of(running)

        return go_on

    return going


def until(holds: Callable[[], bool]) -> None:
    with gevent.Timeout(WAIT_SECONDS):
        while not holds():
            gevent.sleep(0)


def seen(world: World) -> list[Event]:
    return [entry.event for entry in world.listener.apps]


def on_a_host(step: HostStep) -> Callable[[World], Any]:
    return lambda world: world.fleet.host["web1"].hold(step)


def leave_one(world: World) -> None:
    """A container of a deploy that ended while its host was away."""
    world.ship()
    world.fleet.host["web1"].reachable = False
    world.abort()
    world.fleet.host["web1"].mend()


LONG: dict[str, tuple[Going, Phase]] = {
    "the checks": (waits(lambda world: world.code.hold("statuses"), World.ship), Phase.VERIFYING),
    "a look at the hosts": (waits(on_a_host(HostStep.CONNECTING), World.ship), Phase.VERIFYING),
    "a pull": (waits(on_a_host(HostStep.PULLING), World.ship), Phase.VERIFYING),
    "the drain of a leftover": (drains(NEW, World.ship), Phase.VERIFYING),
    "the removal of a leftover": (waits(on_a_host(HostStep.REMOVING), World.ship, leave_one), Phase.VERIFYING),
    "the start of a container": (waits(on_a_host(HostStep.STARTING), World.ship), Phase.VERIFYING),
    "the wait for health": (waits(on_a_host(HostStep.CHECKING), World.ship), Phase.VERIFYING),
    "the merge": (waits(lambda world: world.code.hold("merge"), World.commit, World.ship), Phase.COMMITTED),
    "the drain after a commit": (drains(BEFORE, World.commit, World.ship), Phase.COMMITTED),
    "the removal after a commit": (waits(on_a_host(HostStep.REMOVING), World.commit, World.ship), Phase.COMMITTED),
    "the drain of an abort": (drains(NEW, World.abort, World.ship), Phase.ABORTED),
    "the removal of an abort": (waits(on_a_host(HostStep.REMOVING), World.abort, World.ship), Phase.ABORTED),
}


@pytest.mark.parametrize(("going", "ends"), LONG.values(), ids=LONG)
def test_a_balancer_restarted_meanwhile_is_mended_at_the_next_look(going: Going, ends: Phase) -> None:
    world = World()
    world.make_live()
    reconciler = Reconciler(world.deploys)
    go_on = going(world)
    reconciler.look_at_balancers(world.site)
    wanted = world.balancers.traffic["lb2"]
    world.balancers.traffic["lb1"] = EMPTY
    reconciler.look_at_balancers(world.site)
    assert world.balancers.traffic["lb1"] == wanted
    assert seen(world) == [Mended("web", Part.BALANCER, "lb1")]
    assert go_on().phase is ends
    assert world.routings == {Routing(BEFORE, NEW)} if ends is Phase.VERIFYING else {Routing(NEW)}


def test_a_leftover_stays_on_the_balancers_until_it_is_drained() -> None:
    world = World(traffic={"warm": "1h"})
    live = world.make_live()
    reconciler = Reconciler(world.deploys)
    world.ship()
    world.commit()
    world.green("next")
    serving = world.balancers.traffic["lb1"].in_slot(BEFORE)
    world.balancers.open[BEFORE] = 1
    shipping = in_background(lambda: world.ship("next"))
    slept = len(world.clock.slept)
    until(lambda: len(world.clock.slept) > slept + 1)
    reconciler.look_at_balancers(world.site)
    assert serving
    assert world.balancers.traffic["lb1"].in_slot(BEFORE) == serving
    assert seen(world) == []
    world.balancers.open.clear()
    assert result_of(shipping).phase is Phase.VERIFYING
    assert live.id not in world.deploys_on_hosts()


def test_a_retry_is_left_alone_as_a_whole() -> None:
    world = World(min_hosts=2)
    world.make_live()
    host = world.fleet.host["web3"]
    host.fail(HostStep.CHECKING, "not healthy within 60 s")
    world.ship()
    host.mend()
    hold = world.fleet.host["web3"].hold(HostStep.CHECKING)
    retrying = in_background(lambda: world.deploys.retry("web", world.deploys.recent(1)[0].owner)[1])
    assert hold.reached.wait(WAIT_SECONDS)
    asked = len(world.balancers.calls)
    world.balancers.traffic["lb1"] = EMPTY
    Reconciler(world.deploys).look_at_balancers(world.site)
    assert len(world.balancers.calls) == asked
    hold.release()
    assert len(result_of(retrying).ready) == 3
    assert world.routings == {Routing(BEFORE, NEW)}


def test_what_was_read_before_the_traffic_moved_is_not_acted_upon() -> None:
    world = World()
    world.make_live()
    world.ship()
    hold = world.code.hold("merge")
    committing = in_background(world.commit)
    assert hold.reached.wait(WAIT_SECONDS)
    world.balancers.traffic["lb1"] = EMPTY
    world.balancers.hold_reading()
    looking = in_background(lambda: Reconciler(world.deploys).look_at_balancers(world.site))
    assert world.balancers.reading.wait(WAIT_SECONDS)
    hold.release.set()
    assert result_of(committing).phase is Phase.COMMITTED
    asked = len(world.balancers.calls)
    world.balancers.release()
    result_of(looking)
    assert len(world.balancers.calls) == asked
    assert world.routings == {Routing(NEW)}
    assert seen(world) == []


def test_what_was_read_in_the_middle_of_a_change_that_was_taken_back_is_not_told() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.rollout(25)
    wanted = world.balancers.traffic["lb1"]
    world.balancers.traffic["lb1"] = Traffic(Routing(BEFORE, NEW, Share.of_percent(50)), wanted.endpoints)
    world.balancers.hold_reading()
    looking = in_background(lambda: Reconciler(world.deploys).look_at_balancers(world.site))
    assert world.balancers.reading.wait(WAIT_SECONDS)
    world.balancers.traffic["lb1"] = wanted
    world.balancers.refuse("lb2")
    with pytest.raises(BalancersRefused):
        world.rollout(50)
    world.balancers.release()
    result_of(looking)
    assert seen(world) == []


def test_a_step_that_moves_traffic_waits_for_a_balancer_that_is_being_mended_and_has_the_last_word() -> None:
    world = World()
    world.make_live()
    world.ship()
    merge = world.code.hold("merge")
    committing = in_background(world.commit)
    assert merge.reached.wait(WAIT_SECONDS)
    world.balancers.traffic["lb1"] = EMPTY
    world.balancers.hold()
    mending = in_background(lambda: Reconciler(world.deploys).look_at_balancers(world.site))
    assert world.balancers.holding.wait(WAIT_SECONDS)
    merge.release.set()
    until(lambda: world.deploys.locks.moves_traffic("web"))
    gevent.sleep(0)
    assert not committing.ready()
    world.balancers.release()
    result_of(mending)
    assert result_of(committing).phase is Phase.COMMITTED
    assert world.routings == {Routing(NEW)}
