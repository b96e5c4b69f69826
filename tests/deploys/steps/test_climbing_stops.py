"""What stops a share that climbs by itself, and what does not."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from shippy.deploys.steps import climbing
from shippy.deploys.watch.climber import Climber
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import (
    BalancersRefused,
    JournalFailed,
)
from shippy.events import RampStopped, ShareChanging
from shippy.model import HostStep, Phase, Routing, Share, Slot
from tests.deploys.climbs import EVERY, Climb, climb, shares
from tests.world import DANA, KIM, World, in_background, result_of


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda world: world.deploys.rollout("web", Share.of_percent(10), KIM), "kim has typed a share"),
        (lambda world: world.commit(), "dana commits"),
        (lambda world: world.deploys.retry("web", KIM), "kim has failed hosts prepared again"),
    ],
)
def test_what_a_person_types_about_the_deploy_stops_it_and_is_the_reason_that_is_told(
    act: Callable[[World], object], reason: str
) -> None:
    world = World(min_hosts=2, traffic={"warm": "0s"})
    world.make_live()
    world.fleet.host["web3"].fail(HostStep.STARTING, "no space left")
    world.ship()
    climbing.begin(world.deploys, "web", shares(5, 50), EVERY, DANA)
    world.fleet.host["web3"].mend()
    act(world)
    (stopped,) = world.happened(RampStopped)
    assert stopped.reason == reason
    assert stopped.by is not None
    world.clock.advance(EVERY)
    Climber(world.deploys).look(world.site)
    assert Share.of_percent(50) not in {event.after for event in world.happened(ShareChanging)}


def test_what_a_person_types_stops_it_also_where_the_balancers_refuse_that() -> None:
    there = climb()
    there.world.balancers.refuse("lb2")
    with pytest.raises(BalancersRefused):
        there.world.rollout(10)
    there.world.balancers.behave("lb2")
    assert there.reasons == ["dana has typed a share"]
    assert there.after(EVERY) == Share.of_percent(5)


def test_an_abort_ends_it_without_further_words() -> None:
    there = climb()
    assert there.world.abort().ramp is None
    assert there.reasons == []
    there.world.clock.advance(EVERY)
    there.look()
    assert there.world.routings == {Routing(Slot.GREEN)}


def test_locked_ships_and_another_owner_do_not_stop_it() -> None:
    there = climb()
    there.world.deploys.waiting.close("production", KIM, "lunch", None)
    there.world.deploys.take_over("web", KIM, "mine now")
    assert there.after(EVERY) == Share.of_percent(25)


def test_a_step_that_a_balancer_refuses_is_the_last_one() -> None:
    there = climb()
    there.world.balancers.refuse("lb2")
    assert there.after(EVERY) == Share.of_percent(5)
    assert there.reasons == ["a balancer has refused this step"]
    there.world.balancers.behave("lb2")
    assert there.after(EVERY) == Share.of_percent(5)


def test_a_first_step_that_is_refused_is_told_to_who_typed_it_and_there_is_no_climb() -> None:
    there = Climb()
    there.world.balancers.refuse("lb1")
    with pytest.raises(BalancersRefused):
        there.begin(5, 25)
    assert there.ramp is None


def test_no_more_traffic_goes_by_itself_to_containers_that_would_not_take_it() -> None:
    there = climb()
    there.world.balancers.down.add(there.deploy.ready[0])
    assert there.after(EVERY) == Share.of_percent(5)
    assert there.reasons == ["only 2 of 3 new containers would take a visitor"]


def test_less_traffic_does() -> None:
    there = climb(50, 25)
    there.world.balancers.down.add(there.deploy.ready[0])
    assert there.after(EVERY) == Share.of_percent(25)


def test_a_new_container_that_dies_stops_it_at_the_next_look_at_the_hosts() -> None:
    there = climb()
    host = there.world.fleet.host["web2"]
    (container,) = host.of_deploy(there.deploy.id)
    host.stop(container)
    reconciler = Reconciler(there.world.deploys)
    reconciler.look(there.world.site)
    reconciler.look(there.world.site)
    assert there.reasons == ["the new container on web2 has exited"]
    assert there.after(EVERY) == Share.of_percent(5)


def test_one_that_dies_does_not_keep_the_share_from_going_down() -> None:
    there = climb(50, 25)
    host = there.world.fleet.host["web2"]
    host.containers.clear()
    Reconciler(there.world.deploys).look(there.world.site)
    assert there.reasons == []
    assert there.after(EVERY) == Share.of_percent(25)


def test_a_journal_that_takes_nothing_stops_it() -> None:
    there = climb()
    append = there.world.journal.append

    def full(_: object) -> object:
        raise JournalFailed("the disk is full")

    there.world.journal.append = full  # type: ignore[method-assign, assignment] # as a full disk would
    assert there.after(EVERY) == Share.of_percent(5)
    there.world.journal.append = append  # type: ignore[method-assign] # there is room again
    assert there.after(EVERY) == Share.of_percent(5)
    there.world.deploys.catch_up()
    assert len(there.reasons) == 1
    assert "the disk is full" in there.reasons[0]


def test_a_bug_in_a_step_stops_it_instead_of_being_made_again_each_second() -> None:
    there = climb()

    def buggy(_: object) -> None:
        raise ZeroDivisionError

    there.world.balancers.bring = buggy  # type: ignore[method-assign, assignment] # no fault that anybody expects
    there.after(EVERY)
    assert there.ramp is None
    assert there.reasons == ["shippy ran into a bug, which its log tells about"]


def test_an_abort_waits_for_no_step() -> None:
    there = climb()
    there.world.balancers.hold()
    there.world.clock.advance(EVERY)
    step = in_background(there.look)
    there.world.balancers.holding.wait(timeout=5)
    aborting = in_background(there.world.abort)
    gevent.sleep(0)
    there.world.balancers.release()
    assert result_of(aborting).phase is Phase.ABORTED
    result_of(step)
    assert there.reasons == []
    assert there.world.routings == {Routing(Slot.GREEN)}
