"""Preparing hosts that failed once more, and taking a deploy over."""

from __future__ import annotations

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.errors import AlreadyYours, NothingToRetry
from shippy.events import HostGaveUp, Retrying
from shippy.model import HostStep, Phase, Slot
from tests.world import DANA, KIM, World, in_background, result_of


def with_a_failed_host() -> World:
    world = World(min_hosts=2)
    world.make_live()
    world.fleet.host["web2"].fail(HostStep.PULLING, "no space left")
    world.ship()
    world.rollout(25)
    return world


def retry(world: World) -> None:
    world.deploys.retry("web", KIM)


def hosts_in(world: World, slot: Slot) -> set[str]:
    (found,) = {frozenset(e.host for e in traffic.in_slot(slot)) for traffic in world.balancers.traffic.values()}
    return set(found)


def test_a_host_that_comes_up_at_the_second_try_gets_its_part_of_the_traffic() -> None:
    world = with_a_failed_host()
    assert hosts_in(world, Slot.BLUE) == {"web1", "web3"}
    world.fleet.host["web2"].mend()
    retry(world)
    (session,) = world.deploys.locks
    assert session.deploy.phase is Phase.ROLLING
    assert session.deploy.setbacks == ()
    assert hosts_in(world, Slot.BLUE) == {"web1", "web2", "web3"}


def test_a_host_that_fails_again_changes_nothing_for_the_others() -> None:
    world = with_a_failed_host()
    retry(world)
    (session,) = world.deploys.locks
    assert session.deploy.gave_up == ("web2",)
    assert hosts_in(world, Slot.BLUE) == {"web1", "web3"}
    assert len(world.happened(HostGaveUp)) == 2


def test_there_is_nothing_to_retry_where_every_host_is_up() -> None:
    world = World()
    world.ship()
    with pytest.raises(NothingToRetry):
        retry(world)


def test_abort_in_the_middle_of_a_retry_leaves_no_container() -> None:
    world = with_a_failed_host()
    world.fleet.host["web2"].mend()
    hold = world.fleet.host["web2"].hold(HostStep.CHECKING)
    retrying = in_background(lambda: retry(world))
    assert hold.reached.wait(5)
    aborting = in_background(world.abort)
    hold.release()
    assert result_of(aborting).phase is Phase.ABORTED
    assert type(result_of(retrying)).__name__ == "Preempted"
    assert len(world.deploys_on_hosts()) == 1


def test_a_daemon_that_died_in_a_retry_goes_on_with_it() -> None:
    world = with_a_failed_host()
    world.fleet.host["web2"].mend()
    (session,) = world.deploys.locks
    session.record(Retrying(*session.key, by=KIM, hosts=("web2",)))
    gevent.joinall(recover(world.restarted()), raise_error=True)
    assert hosts_in(world, Slot.BLUE) == {"web1", "web2", "web3"}


def test_nobody_takes_over_what_is_theirs() -> None:
    world = World()
    world.ship()
    with pytest.raises(AlreadyYours):
        world.deploys.take_over("web", DANA, "again")


def test_whoever_takes_a_deploy_over_owns_it() -> None:
    world = World()
    assert world.ship().owner == DANA
    _, deploy = world.deploys.take_over("web", KIM, "dana is at lunch")
    assert deploy.owner == KIM
    gevent.joinall(recover(world.restarted()), raise_error=True)
    (session,) = world.deploys.locks
    assert session.deploy.owner == KIM
