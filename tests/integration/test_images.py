"""The images that stay on real hosts, and what a real engine makes of the removal of the others."""

from __future__ import annotations

from contextlib import closing

import docker
import pytest

from playground.machine.images import HEALTHY
from playground.machine.topology import Host as RunningHost
from playground.machine.topology import Machines
from shippy.config.hosts import Host
from shippy.errors import Unavailable
from shippy.model import HostStep, Image
from tests.conftest import Publish
from tests.integration.fleets import Prepared, fleet_on, host_of, release_of


@pytest.fixture
def host(hosts: tuple[RunningHost, ...]) -> Host:
    """The first host, whose engine speaks without TLS."""
    return host_of(hosts[0])


def nothing(_: object) -> None:
    """For those who want no reports."""


def named(hosts: tuple[RunningHost, ...]) -> set[str]:
    """What the first host's engine calls its images, by digests and by tags."""
    with closing(docker.APIClient(hosts[0].docker)) as client:
        return {name for image in client.images() for kind in ("RepoDigests", "RepoTags") for name in image[kind] or ()}


def test_only_the_apps_own_images_are_forgotten(
    hosts: tuple[RunningHost, ...], host: Host, machines: Machines, publish: Publish
) -> None:
    own = f"{machines.registry.address}/own"
    with fleet_on(host, image=f"{own}:{{commit}}") as fleet:
        old, kept = (fleet.resolve(publish(HEALTHY, "own", version)) for version in ("v1", "v2"))
        # The same image under another name, one of another app, and one that somebody has pulled by hand.
        others = [publish(HEALTHY, "own-twin", "v1"), publish(HEALTHY, "own-worker", "v3")]
        for image in (old, kept, *map(fleet.resolve, others)):
            assert fleet.pull(image, nothing) == {}
        with closing(docker.APIClient(hosts[0].docker)) as client:
            client.pull(publish(HEALTHY, "own", "v4"))
            client.tag(old.pinned, "somebodys", "own")
        before = named(hosts)
        assert fleet.forget([kept]) == {host.name: (old.pinned,)}
        assert before - named(hosts) == {old.pinned}


def test_a_kept_release_comes_up_while_the_registry_is_down(host: Host, machines: Machines, publish: Publish) -> None:
    with fleet_on(host, image=f"{machines.registry.address}/rollback:{{commit}}") as fleet:
        reference = publish(HEALTHY, "rollback", "v1")
        kept, forgotten = fleet.resolve(reference), fleet.resolve(publish(HEALTHY, "rollback", "v2"))
        for image in (kept, forgotten):
            assert fleet.pull(image, nothing) == {}
        fleet.forget([kept])
        machines.registry.stop()
        try:
            with pytest.raises(Unavailable):
                fleet.resolve(reference)
            back = Prepared(fleet, release_of(Image(reference, kept.digest), "back"))
            missing = Prepared(fleet, release_of(forgotten, "missing"))
        finally:
            machines.registry.start()
            fleet.remove(())
    assert set(back.endpoints) == {host.name}
    assert HostStep.PULLING not in back.steps(host.name)
    assert missing.failures[host.name].step is HostStep.PULLING
