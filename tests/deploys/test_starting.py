"""A release is started without waiting for what need not be waited for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import gevent
from gevent.event import Event

from shippy.deploys.steps.hosts import MOST_TOGETHER
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import HostFailed
from shippy.events import Connecting, HostReady, Prepared
from shippy.model import Endpoint, HostStep, Phase, Release, Routing, Slot, Traffic
from tests.fakes.fleet import FakeFleet
from tests.fakes.hosts import Report
from tests.fakes.journal import FakeJournal
from tests.world import WAIT_SECONDS, World, in_background, result_of


class Thorough(FakeFleet):
    """Has something left to do on its hosts once all are ready."""

    def __init__(self) -> None:
        super().__init__()
        self.done = Event()

    def prepare(
        self,
        release: Release,
        progress: Report,
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        super().prepare(release, progress, finished, hosts)
        self.done.wait()


def thorough() -> tuple[World, Thorough]:
    world, fleet = World(), Thorough()
    world.site = replace(world.site, fleet=fleet)
    world.restarted()
    return world, fleet


def until(holds: Callable[[], bool]) -> None:
    with gevent.Timeout(WAIT_SECONDS):
        while not holds():
            gevent.sleep(0)


def test_the_vip_does_not_wait_for_what_hosts_do_once_they_are_ready() -> None:
    world, fleet = thorough()
    shipping = in_background(world.ship)
    until(lambda: all(traffic.routing.candidate for traffic in world.balancers.traffic.values()))
    assert world.happened(Connecting)
    assert not world.happened(Prepared)
    fleet.done.set()
    assert result_of(shipping).phase is Phase.VERIFYING


def test_an_abort_stops_what_hosts_do_once_they_are_ready() -> None:
    world, _ = thorough()
    shipping = in_background(world.ship)
    until(lambda: bool(world.happened(Connecting)))
    assert world.abort().phase is Phase.ABORTED
    assert result_of(shipping).phase is Phase.ABORTED
    assert world.deploys_on_hosts() == set()


def test_balancers_are_held_to_the_record_while_hosts_do_what_is_left() -> None:
    world, fleet = thorough()
    shipping = in_background(world.ship)
    until(lambda: bool(world.happened(Connecting)) and not world.deploys.locks.moves_traffic("web"))
    wanted = world.balancers.traffic["lb2"]
    world.balancers.traffic["lb1"] = Traffic(Routing(Slot.BLUE))
    Reconciler(world.deploys).look_at_balancers(world.site)
    assert world.balancers.traffic["lb1"] == wanted
    fleet.done.set()
    assert result_of(shipping).phase is Phase.VERIFYING


def test_hosts_are_asked_to_remove_something_only_where_there_is_something() -> None:
    world = World()
    live = world.make_live()
    world.fleet.calls.clear()
    world.ship()
    assert "remove" not in dict(world.fleet.calls)
    world.fleet.host["web1"].reachable = False
    world.abort()
    world.fleet.host["web1"].mend()
    world.fleet.calls.clear()
    deploy = world.ship()
    asked = [name for name, _ in world.fleet.calls]
    assert asked.index("remove") < asked.index("prepare")
    assert world.deploys_on_hosts() == {live.id, deploy.id}


def test_a_balancer_that_is_away_fails_a_deploy_whose_hosts_have_begun() -> None:
    world = World()
    world.balancers.refuse("lb2")
    assert world.ship().phase is Phase.FAILED
    assert world.deploys_on_hosts() == set()


def test_the_checks_run_while_github_is_asked_for_the_difference() -> None:
    world = World()
    world.make_live()
    comparing = world.code.hold("compare")
    statuses = world.code.hold("statuses")
    shipping = in_background(world.ship)
    assert comparing.reached.wait(WAIT_SECONDS)
    assert statuses.reached.wait(WAIT_SECONDS)
    comparing.release.set()
    statuses.release.set()
    assert result_of(shipping).phase is Phase.VERIFYING


def test_neither_the_checks_nor_the_difference_wait_for_the_slowest_host() -> None:
    world = World()
    world.make_live()
    looked_at = world.fleet.host["web3"].hold(HostStep.CONNECTING)
    comparing = world.code.hold("compare")
    statuses = world.code.hold("statuses")
    shipping = in_background(world.ship)
    for hold in (looked_at, comparing, statuses):
        assert hold.reached.wait(WAIT_SECONDS)
    looked_at.release()
    comparing.release.set()
    statuses.release.set()
    assert result_of(shipping).phase is Phase.VERIFYING


def test_production_that_is_unclear_stops_the_checks() -> None:
    world = World()
    world.make_live()
    world.journal = FakeJournal(world.clock)
    world.restarted()
    world.fleet.host["web1"].reachable = False
    assert world.ship().phase is Phase.REFUSED
    assert "web1" in world.listener.entries[-1][1].reason


def test_hosts_that_get_ready_at_the_same_moment_are_recorded_a_few_at_a_time() -> None:
    names = [f"web{number}" for number in range(3 * MOST_TOGETHER)]
    world = World(hosts=[{"name": name, "docker": "tcp://10.0.0.1:2375", "address": "10.0.0.1"} for name in names])
    world.site = replace(world.site, fleet=FakeFleet(names))
    world.restarted()
    assert len(world.ship().ready) == len(names)
    together = [len(events) for events in world.journal.together if isinstance(events[0], HostReady)]
    assert sum(together) == len(names)
    assert max(together) <= MOST_TOGETHER
