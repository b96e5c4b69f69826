"""Fleets over the playground's engines, and what their tests ask of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from playground.machine.topology import Host as RunningHost
from playground.machine.topology import Machines
from shippy.backend.docker.engine import TIME_OUTS, Engines, TimeOuts
from shippy.backend.docker.fleet import DockerFleet
from shippy.config.hosts import Host
from shippy.config.schema import App
from shippy.errors import HostFailed
from shippy.model import Container, Endpoint, HostProgress, HostStep, Image, Release, Slot
from shippy.ports import Fleet


def host_of(running: RunningHost, name: str | None = None) -> Host:
    """A running host as the config would have it."""
    tls = running.tls and {"ca": running.tls.ca, "cert": running.tls.cert, "key": running.tls.key}
    keys = {"name": name or running.name, "docker": running.docker, "address": running.address, "tls": tls}
    return Host.model_validate(keys)


def app_on(hosts: Iterable[Host], **changed: Any) -> App:
    """An app on these hosts that is quick to be stopped and quick to be given up."""
    keys = {
        "repository": "acme/web",
        "image": "registry.example.com/acme/web:{commit}",
        "container": {"stop_grace": "2s"},
        "health": {"deadline": "20s", "interval": "200ms"},
        "hosts": tuple(hosts),
        "balancers": [{"name": "lb1", "runtime": "unix:///nowhere.sock"}],
        "vip": "http://127.0.0.1/",
        "public": "http://127.0.0.1/",
    }
    return App.model_validate(keys | changed)


def app_in_swarm(machines: Machines, *others: Mapping[str, str], reached: bool = True, **changed: Any) -> App:
    """The same app in the swarm of these machines.

    Args:
        others: further nodes, as the config would have them.
        reached: whether the nodes' own engines are reached, too.
    """
    hosts = [host_of(host) for host in machines.hosts]
    keys = ("name", "docker", "tls", "address") if reached else ("name", "address")
    nodes = [host.model_dump(include=set(keys)) for host in hosts]
    swarm = {"managers": [host.docker for host in hosts if host.tls is None], "nodes": [*nodes, *others]}
    return app_on((), swarm=swarm, **changed)


def release_of(image: Image, deploy: str = "d1", slot: Slot = Slot.GREEN) -> Release:
    return Release("web", deploy, "c0ffee", image, slot)


@contextmanager
def fleet_on(*hosts: Host, time_outs: TimeOuts = TIME_OUTS, **changed: Any) -> Iterator[DockerFleet]:
    with closing(DockerFleet("web", app_on(hosts, **changed), Engines(time_outs))) as fleet:
        yield fleet


class Prepared:
    """What a preparation reported, and how it ended on each host."""

    def __init__(self, fleet: Fleet, release: Release, hosts: Collection[str] | None = None) -> None:
        self.progress: list[HostProgress] = []
        self.outcomes: dict[str, Endpoint | HostFailed] = {}
        self.order: list[str] = []
        fleet.prepare(release, self.progress.append, self._finished, hosts)

    def _finished(self, outcome: Endpoint | HostFailed) -> None:
        assert outcome.host not in self.outcomes
        self.outcomes[outcome.host] = outcome
        self.order.append(outcome.host)

    def steps(self, host: str) -> list[HostStep]:
        """The steps of one host, each once for as long as it lasted."""
        steps: list[HostStep] = []
        for progress in self.progress:
            if progress.host == host and steps[-1:] != [progress.step]:
                steps.append(progress.step)
        return steps

    def percents(self, host: str) -> list[int]:
        return [each.percent for each in self.progress if each.host == host and each.percent is not None]

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        return {host: outcome for host, outcome in self.outcomes.items() if isinstance(outcome, Endpoint)}

    @property
    def failures(self) -> dict[str, HostFailed]:
        return {host: outcome for host, outcome in self.outcomes.items() if isinstance(outcome, HostFailed)}


def ids(found: Mapping[str, tuple[Container, ...] | HostFailed]) -> dict[str, list[str]]:
    """The ids of the containers on each host, all of which have to answer."""
    listed = {}
    for host, containers in found.items():
        assert not isinstance(containers, HostFailed), containers
        listed[host] = sorted(container.id for container in containers)
    return listed
