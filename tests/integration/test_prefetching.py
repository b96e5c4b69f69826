"""Images that are on real engines before somebody ships them, and gone when nobody will."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from playground.machine.images import HEALTHY
from playground.machine.topology import Host as RunningHost
from shippy.backend.docker.fleet import DockerFleet
from shippy.deploys.prefetch.prefetching import Prefetching
from shippy.errors import HostFailed
from shippy.events import ImageResolved
from shippy.model import HostStep, Phase
from tests.commands.desk import Desk
from tests.conftest import Publish
from tests.fakes.clock import WallClock
from tests.integration.fleets import app_on, host_of
from tests.world import World

STATUSES = {"statuses": ["ci/build"], "up_to_date": False}


class Town(World):
    """An app on real engines, whose green pull requests are pulled ahead."""

    def __init__(self, hosts: tuple[RunningHost, ...], publish: Publish) -> None:
        super().__init__(WallClock())
        self._publish = publish
        self.commits = [self.built(branch) for branch in ("one", "two")]
        image = publish(HEALTHY, "ahead", self.commits[0]).replace(self.commits[0], "{commit}")
        running = [host_of(host) for host in hosts]
        settings = app_on(running, image=image, checks=STATUSES, prefetch={"mode": "on"})
        self.engines = DockerFleet("web", settings)
        self.site = replace(self.site, settings=settings, fleet=self.engines)
        self.restarted()
        self.prefetching = Prefetching(self.deploys)

    def built(self, branch: str) -> str:
        """A green pull request whose image is in the registry; returns its commit."""
        commit = self.green(branch)
        self.code.open_pull(len(self.code.open_pulls()) + 1, branch)
        self._publish(HEALTHY, "ahead", commit)
        return commit

    def there(self) -> set[str]:
        """The digests of the app's images that all hosts have."""
        found = []
        for outcome in self.engines.images().values():
            assert not isinstance(outcome, HostFailed)
            found.append({image.digest for image in outcome})
        return set.intersection(*found)


@pytest.fixture
def town(hosts: tuple[RunningHost, ...], publish: Publish) -> Iterator[Town]:
    made = Town(hosts, publish)
    with closing(made.engines):
        yield made
        made.engines.remove(())
        made.engines.forget(())


def test_a_ship_of_what_is_ahead_only_starts_it_and_what_nobody_will_ship_is_removed(town: Town) -> None:
    town.prefetching.look("web")
    one, two = (next(each for each in town.deploys.prefetched["web"] if each.revision.ref == f"#{n}") for n in (1, 2))
    assert {one.image.digest, two.image.digest} <= town.there()
    said = Desk(town).says("hosts").splitlines()[-1]
    assert said.startswith("Prefetched on web1, web2 and web3: #2 (two at ")
    shipped = town.ship("one")
    assert shipped.phase is Phase.VERIFYING
    # A GitHub in memory may have answered before an engine has; a real one takes longer.
    assert set(town.happened(ImageResolved)[-1].there) <= set(town.engines.hosts)
    assert HostStep.PULLING not in {progress.step for _, progress in town.listener.progress}
    for number in (1, 2):
        town.code.close_pull(number)
    town.prefetching.look("web")
    assert one.image.digest in town.there()
    assert two.image.digest not in town.there()
    town.abort()
