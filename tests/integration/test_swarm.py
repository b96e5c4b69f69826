"""A fleet in a real swarm: what its contract does not say, because hosts do it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import docker

from playground.machine.images import HEALTHY, Sample
from playground.machine.topology import Machines
from shippy.backend.swarm.fleet import SwarmFleet
from shippy.config.hosts import Host
from shippy.doctor import swarm as examined
from shippy.doctor.hosts import engine_of
from shippy.errors import HostFailed
from shippy.model import HostProgress, HostStep
from tests.conftest import Publish
from tests.integration.fleets import Prepared, app_in_swarm, ids, release_of

UNHEALTHY_ON_WEB2 = Sample('[ "$SHIPPY_HOST" = web2 ] && busybox rm /site/health\n' + HEALTHY.script, HEALTHY.files)
NOWHERE = "unix:///nowhere.sock"


@contextmanager
def fleet_in(machines: Machines, name: str, replicas: int | None = None, **app_keys: Any) -> Iterator[SwarmFleet]:
    """A fleet of which nothing is reached but the managers, the first of which is gone."""
    image = f"{machines.registry.address}/{name}:{{commit}}"
    app = app_in_swarm(machines, reached=False, image=image, **app_keys)
    assert app.swarm
    changed = app.swarm.model_copy(update={"managers": (NOWHERE, *app.swarm.managers), "replicas": replicas})
    with closing(SwarmFleet("web", app.model_copy(update={"swarm": changed}), changed)) as fleet:
        yield fleet
        fleet.remove(())


def test_a_release_that_fails_on_one_node_goes_on_undisturbed_on_the_others(swarm: Machines, publish: Publish) -> None:
    reference = publish(UNHEALTHY_ON_WEB2, "unhealthy-on-web2", "v1")
    with fleet_in(swarm, "unhealthy-on-web2", health={"deadline": "2s", "interval": "200ms"}) as fleet:
        release = release_of(fleet.resolve(reference))
        prepared = Prepared(fleet, release)
        assert set(prepared.endpoints) == {"web1", "web3"}
        words = "not healthy within 2 s: GET /health answered 404"
        log = ("version v1 listens on 8080",)
        assert prepared.failures == {"web2": HostFailed("web2", HostStep.CHECKING, words, log=log)}
        assert containers_ever(swarm) == {"web1": 1, "web2": 1, "web3": 1}
        before = ids(fleet.containers())
        assert before["web2"] == []
        assert set(Prepared(fleet, release, {"web2"}).failures) == {"web2"}
        assert ids(fleet.containers()) == before


def containers_ever(machines: Machines) -> dict[str, int]:
    """How many containers of the app each host has, those that have ended among them."""
    found = {}
    for host in machines.hosts:
        with closing(docker.APIClient(host.engine.socket if host.engine else host.docker)) as client:
            found[host.name] = len(client.containers(all=True, filters={"label": "shippy.app=web"}))
    return found


def test_a_swarm_chooses_the_nodes_of_fewer_replicas_and_has_pulled_ahead(swarm: Machines, publish: Publish) -> None:
    reference = publish(HEALTHY, "spares", "v1")
    with fleet_in(swarm, "spares", replicas=2) as fleet:
        image, told = fleet.resolve(reference), list[HostProgress]()
        assert fleet.pull(image, told.append) == {}
        percents = {host: [each.percent for each in told if each.host == host] for host in fleet.hosts}
        assert percents == {host: [None, 0, 100] for host in fleet.hosts}
        assert fleet.labels(image) == {"org.opencontainers.image.revision": "v1"}
        prepared = Prepared(fleet, release_of(image))
        assert len(prepared.endpoints) == 2
        (spare,) = prepared.failures.values()
        assert (spare.step, spare.reason) == (HostStep.CREATING, "is a spare: 2 other nodes run it")
        assert not any(HostStep.PULLING in prepared.steps(host) for host in fleet.hosts)


def test_the_doctor_looks_at_each_manager_and_at_each_node(swarm: Machines) -> None:
    app = app_in_swarm(swarm, {"name": "gone", "address": "127.0.0.1"}, image=f"{swarm.registry.address}/x:{{commit}}")
    assert app.swarm
    told = [finding.text for finding in examined.nodes("web", app, app.swarm)]
    assert "web3 is there, and takes containers" in told
    assert "gone cannot run it: the swarm has no node called gone" in told
    assert any(text.startswith("a swarm with three managers can lose one") for text in told)
    engines = {each.group: [finding.text for finding in each.run()] for each in examined.engines("web", app, app.swarm)}
    managers = [f"Manager {url} of web" for url in app.swarm.managers]
    assert list(engines) == [*managers, "Node web1 of web", "Node web2 of web", "Node web3 of web"]
    for texts in engines.values():
        assert any(text.startswith("the registry answers its engine about") for text in texts)
    gone = engine_of(app, Host(name="gone", docker=NOWHERE, address="127.0.0.1"))
    reason = "does not answer (no such file or directory)"
    assert [finding.text for finding in gone] == [f"its engine at {NOWHERE} gives no answer: {reason}"]
