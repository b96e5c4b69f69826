"""A daemon that died, at each event of a whole story: the next one finishes what was begun, or takes it back."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import LockHeld
from shippy.events import Merged, Resumed, RevertOpened
from shippy.model import Deploy, HostStep, Phase, Routing, Share, Slot, Traffic
from tests.world import DANA, GREEN_ONLY, World, in_background, result_of


class Died(BaseException):
    """The daemon is dead: nothing after the event that it died at was done."""


def story(world: World, verb: str) -> None:
    world.ship()
    world.rollout(25)
    if verb == "commit":
        world.commit()
    else:
        world.abort()


def die_at(world: World, number: int) -> None:
    """Let the world's journal kill whoever writes its entry of that number, just after it is written."""
    append = world.journal.append

    def deadly(event: object) -> object:
        entry = append(event)  # type: ignore[arg-type] # the very event that was given
        if entry.number >= number:
            raise Died
        return entry

    world.journal.append = deadly  # type: ignore[method-assign, assignment] # the daemon dies in the middle of it


def killed(verb: str, number: int) -> tuple[World, Deploy, int]:
    """A world with something live, in which a daemon died at its nth entry of a story that ends with this verb."""
    world = World(min_hosts=2)
    live = world.make_live()
    before = len(world.journal.entries)
    die_at(world, before + number)
    runner = gevent.spawn(_until_death, lambda: story(world, verb))
    runner.join()
    del world.journal.append
    return world, live, before


def _until_death(work: Callable[[], object]) -> None:
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever a dying daemon raises
        return


def undo_points() -> range:
    """Every entry that an undo writes."""
    world = ready_to_undo()
    before = len(world.journal.entries)
    world.deploys.undo("web", DANA, "")
    return range(1, len(world.journal.entries) - before + 1)


def ready_to_undo() -> World:
    world = World(min_hosts=2, traffic={"warm": "15m"})
    world.make_live()
    world.ship()
    world.commit()
    return world


@pytest.mark.parametrize("number", undo_points())
def test_a_daemon_killed_at_any_event_of_an_undo_finishes_it(number: int) -> None:
    world = ready_to_undo()
    undone = world.deploys.recent(1)[0]
    die_at(world, len(world.journal.entries) + number)
    runner = gevent.spawn(_until_death, lambda: world.deploys.undo("web", DANA, ""))
    runner.join()
    del world.journal.append
    deploys = world.restarted()
    gevent.joinall(recover(deploys), raise_error=True)

    assert deploys.recent(1)[0].phase is Phase.UNDONE
    assert deploys.live("web").deploy == undone.live.deploy
    assert world.deploys_on_hosts() == {undone.live.deploy}
    assert world.routings == {GREEN_ONLY}
    assert deploys.waiting.of("production").closure is not None
    assert len(world.happened(RevertOpened)) == 1
    assert list(deploys.locks) == []
    assert world.journal.unfinished() == []


def kill_points() -> list[tuple[str, int]]:
    """Every entry that each story writes: a new step is covered without anybody remembering it."""
    points = []
    for verb in ("commit", "abort"):
        world = World(min_hosts=2)
        world.make_live()
        before = len(world.journal.entries)
        story(world, verb)
        points += [(verb, number) for number in range(1, len(world.journal.entries) - before + 1)]
    return points


@pytest.mark.parametrize(("verb", "number"), kill_points())
def test_a_daemon_killed_at_any_event_converges_after_its_restart(verb: str, number: int) -> None:
    world, live, before = killed(verb, number)
    deploys = world.restarted()
    gevent.joinall(recover(deploys), raise_error=True)

    running = [session.deploy for session in deploys.locks]
    if running:
        (deploy,) = running
        assert deploy.phase in {Phase.VERIFYING, Phase.ROLLING}
        assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, deploy.share)}
        assert world.deploys_on_hosts() == {live.id, deploy.id}
        assert world.abort().phase is Phase.ABORTED
    live_now = deploys.live("web")
    assert world.deploys_on_hosts() == {live_now.deploy}
    assert world.routings == {Routing(live_now.slot)}
    assert list(deploys.locks) == []
    merges = [event for entry in world.journal.entries[before:] if isinstance(event := entry.event, Merged)]
    assert len(merges) <= 1
    assert bool(merges) == (live_now.deploy != live.id)


def test_a_restarted_daemon_holds_the_lock_again() -> None:
    world = World()
    world.make_live()
    deploy = world.ship()
    world.rollout(25)
    deploys = world.restarted()
    gevent.joinall(recover(deploys), raise_error=True)
    with pytest.raises(LockHeld) as caught:
        world.ship()
    assert caught.value.holder.id == deploy.id
    assert len(world.happened(Resumed)) == 1
    assert world.rollout(50).share == Share.of_percent(50)


def test_a_merge_whose_answer_was_lost_is_not_made_twice() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.code.lose_answers_of_merges()
    master = world.code.branches["master"]
    assert world.commit().phase is Phase.UNMERGED
    assert world.code.branches["master"] != master
    merged = world.code.branches["master"]
    world.code.lose_answers_of_merges(lose=False)
    assert world.commit().phase is Phase.COMMITTED
    assert world.code.branches["master"] == merged


def test_a_balancer_that_lost_its_state_gets_the_recorded_one_back() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.rollout(25)
    wanted = world.balancers.traffic["lb1"]
    world.balancers.traffic["lb1"] = Traffic(Routing(Slot.BLUE))
    reconciler = Reconciler(world.deploys)
    reconciler.look(world.site)
    assert world.balancers.traffic["lb1"] == wanted


def test_a_restarted_daemon_brings_balancers_to_the_live_release() -> None:
    world = World()
    world.make_live()
    wanted = world.balancers.traffic["lb1"]
    world.balancers.traffic = dict.fromkeys(world.balancers.traffic, Traffic(Routing(Slot.BLUE)))
    Reconciler(world.restarted()).look(world.site)
    assert set(world.routings) == {GREEN_ONLY}
    assert world.balancers.traffic["lb2"] == wanted


def test_the_reconciler_leaves_a_deploy_alone_that_is_changing_the_traffic_itself() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.balancers.hold()
    rolling = in_background(lambda: world.rollout(25))
    assert world.balancers.holding.wait(5)
    calls = len(world.balancers.calls)
    Reconciler(world.deploys).look(world.site)
    assert len(world.balancers.calls) == calls
    world.balancers.release()
    result_of(rolling)


def test_a_warm_release_is_retired_after_a_restart_too() -> None:
    world = World(traffic={"warm": "1h"})
    world.make_live()
    deploy = world.ship()
    world.commit()
    assert len(world.deploys_on_hosts()) == 2
    world.clock.advance(3601)
    deploys = world.restarted()
    recover(deploys)
    deploys.warm.wait("web")
    assert world.deploys_on_hosts() == {deploy.id}


def test_a_shutdown_stops_the_step_in_flight_and_the_next_daemon_takes_it_back() -> None:
    world = World()
    live = world.make_live()
    hold = world.fleet.host["web1"].hold(HostStep.CHECKING)
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)
    world.deploys.suspend()
    assert type(result_of(shipping)).__name__ == "ShuttingDown"
    hold.release()
    assert len(world.journal.unfinished()) == 1
    gevent.joinall(recover(world.restarted()), raise_error=True)
    assert world.deploys_on_hosts() == {live.id}
    assert world.deploys.recent(1)[0].phase is Phase.FAILED
