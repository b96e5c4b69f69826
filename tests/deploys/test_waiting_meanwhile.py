"""What happens to the live release while a deploy waits for its checks, which may take hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shippy.deploys.watch.reconciler import Reconciler
from shippy.events import Moved
from shippy.model import Deploy, Phase, Slot
from tests.fakes.clock import FakeClock
from tests.world import DANA, THREAD, World

QA = "qa/sign-off"
OTHER_PORT = 40_000


class Eventful(FakeClock):
    """Does something in each sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.meanwhile()


def move(world: World, deploy: Deploy) -> None:
    """Have a container of a deploy come back on another port."""
    host = world.fleet.host["web1"]
    (container,) = host.of_deploy(deploy.id)
    assert container.endpoint
    host.containers[container.id] = replace(container, endpoint=replace(container.endpoint, port=OTHER_PORT))


def wait_for_checks(meanwhile: Callable[[World, Deploy], None]) -> tuple[World, Deploy]:
    """Ship while something is live and the sign-off is missing, which comes once something else has happened."""
    clock = Eventful()
    world = World(clock, checks={"statuses": ["ci/build", QA]})
    live = world.make_live()
    commit = world.code.branches["feature-x"]
    world.code.set_status(commit, QA, "pending")

    def pass_once() -> None:
        clock.meanwhile = lambda: None
        meanwhile(world, live)
        world.code.set_status(commit, QA)

    clock.meanwhile = pass_once
    return world, world.deploys.ship("web", "feature-x", DANA, THREAD, when_green=True)[1]


def live_ports(world: World) -> set[int]:
    return {endpoint.port for endpoint in world.balancers.traffic["lb1"].in_slot(Slot.GREEN)}


def test_a_container_that_comes_back_on_another_port_is_followed() -> None:
    def meanwhile(world: World, live: Deploy) -> None:
        move(world, live)
        Reconciler(world.deploys).look(world.site)
        assert OTHER_PORT in live_ports(world)

    world, deploy = wait_for_checks(meanwhile)
    assert deploy.phase is Phase.VERIFYING
    assert len(world.happened(Moved)) == 1
    assert OTHER_PORT in live_ports(world)


def test_the_hosts_are_looked_at_once_more_before_the_balancers_are_told_what_is_live() -> None:
    world, deploy = wait_for_checks(move)
    assert deploy.phase is Phase.VERIFYING
    assert OTHER_PORT in live_ports(world)
