"""A world whose app has the images of green pull requests pulled ahead."""

from __future__ import annotations

from typing import Any

from shippy.deploys.prefetch.prefetching import Prefetching
from shippy.deploys.watch.forgetting import Forgetting
from tests.world import World

SOON = 10.0
HOSTS = ("web1", "web2", "web3")


class Town(World):
    """A world whose app has what is green pulled ahead."""

    def __init__(self, mode: str = "on", **settings: Any) -> None:
        prefetch = {"mode": mode, **settings.pop("prefetch", {})}
        super().__init__(prefetch=prefetch, **settings)
        self.numbers = 0
        self.prefetching = Prefetching(self.deploys)

    def opened(self, branch: str, *, green: bool = True, label: str | None = None) -> str:
        """A branch with a pull request; returns its head."""
        self.numbers += 1
        commit = self.green(branch) if green else self.code.commit(branch)
        self.code.open_pull(self.numbers, branch)
        if label:
            self.code.label(self.numbers, label)
        return commit

    def look(self) -> None:
        self.prefetching.look("web")

    def restarted_prefetching(self) -> None:
        self.restarted()
        self.prefetching = Prefetching(self.deploys)

    def ahead(self) -> list[str]:
        """The commits whose images should be there, as people are told."""
        return [each.revision.commit for each in self.deploys.prefetched["web"]]

    def on(self, host: str) -> set[str]:
        """The commits whose images a host has."""
        return {image.reference.rpartition(":")[2] for image in self.fleet.host[host].images.values()}

    def there(self) -> set[str]:
        found = {frozenset(self.on(host)) for host in HOSTS}
        assert len(found) == 1, found
        return set(found.pop())

    def pulls(self) -> int:
        return [name for name, _ in self.fleet.calls].count("pull")

    def asked(self, name: str) -> int:
        return [call for call, _ in self.code.calls].count(name)

    def size(self, commit: str, size: int) -> None:
        """Let the image of a commit be so large."""
        digest = self.fleet.resolve(f"registry.example.com/acme/web:{commit}").digest
        for host in self.fleet.host.values():
            host.sizes[digest] = size


def forget(world: World) -> None:
    Forgetting(world.deploys).look()
