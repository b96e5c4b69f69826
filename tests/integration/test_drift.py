"""Containers that somebody touches by hand, on real engines: seen within ten seconds, told once, and mended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import docker
import gevent
import pytest

from playground.machine.images import HEALTHY
from playground.machine.topology import Host as RunningHost
from shippy.backend.docker.fleet import DockerFleet
from shippy.deploys.service import Deploys
from shippy.deploys.watch.reconciler import Reconciler
from shippy.events import AppEvent, Drifted, Event, Mended, Part
from shippy.model import Container, Deploy, Slot
from tests.conftest import Publish
from tests.fakes.clock import WallClock
from tests.integration.fleets import app_on, host_of
from tests.waiting import eventually
from tests.world import World

SEEN_SECONDS = 10.0
MENDED_SECONDS = 20.0
"""A container that has exited is left to its engine until the look after."""

pytestmark = pytest.mark.timeout(90)


class Production(World):
    """A release that is live on real engines, looked at as the daemon does it."""

    def __init__(self, hosts: tuple[RunningHost, ...], publish: Publish) -> None:
        super().__init__(WallClock())
        commit = self.green("before")
        image = publish(HEALTHY, "drift", commit).replace(commit, "{commit}")
        settings = app_on([host_of(host) for host in hosts], image=image)
        self.fleet_of_engines = DockerFleet("web", settings)
        self.site = replace(self.site, settings=settings, fleet=self.fleet_of_engines)
        self.deploys = Deploys({"web": self.site}, self.journal, self.clock, self.listener)
        self.ship("before")
        self.live: Deploy = self.commit()

    def container(self, host: str) -> Container:
        there = self.fleet_of_engines.containers()[host]
        assert isinstance(there, tuple), there
        (container,) = there
        return container

    @property
    def told(self) -> list[Event]:
        return [event for event in self.journal.events if isinstance(event, AppEvent)]


@pytest.fixture
def production(hosts: tuple[RunningHost, ...], publish: Publish) -> Iterator[Production]:
    made = Production(hosts[:2], publish)
    looking = gevent.spawn(Reconciler(made.deploys).run)
    yield made
    looking.kill()
    with closing(made.fleet_of_engines) as fleet:
        fleet.remove(())


@pytest.mark.parametrize(
    ("by_hand", "reason"), [("remove", "the live one is gone"), ("stop", "the live one has exited")]
)
def test_a_live_container_that_is_touched_by_hand_is_told_once_and_replaced(
    production: Production, hosts: tuple[RunningHost, ...], by_hand: str, reason: str
) -> None:
    host = hosts[0].name
    before = production.container(host)
    with closing(docker.DockerClient(base_url=hosts[0].docker)) as client:
        container = client.containers.get(before.id)
        container.remove(force=True) if by_hand == "remove" else container.stop()
    began = time.monotonic()
    drifted = Drifted("web", Part.CONTAINER, host, reason)
    assert eventually(lambda: drifted in production.told, SEEN_SECONDS)
    assert time.monotonic() - began < SEEN_SECONDS
    mended = Mended("web", Part.CONTAINER, host)
    assert eventually(lambda: mended in production.told, MENDED_SECONDS)
    endpoint = production.container(host).endpoint
    assert endpoint
    assert eventually(lambda: endpoint in production.balancers.traffic["lb1"].in_slot(Slot.GREEN), SEEN_SECONDS)
    assert production.told == [drifted, mended]
