"""The core with fakes all around it, but for GitHub, which is the playground's, on real git repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.github import GitHubRepository
from shippy.model import Place
from tests.github.served import Served
from tests.world import World

LATE_SECONDS = 0.2
CONTEXT = "ci/build"


@contextmanager
def shipping(served: Served, hub: Hub, **settings: Any) -> Iterator[World]:
    """A world whose app is that of a repository; one status is required of what is shipped."""
    with closing(served.connect()) as client:
        world = World(**{"repository": hub.full_name, "checks": {"statuses": [CONTEXT]}} | settings)
        world.site = replace(world.site, code=GitHubRepository(client, hub.full_name))
        world.restarted()
        yield world


@contextmanager
def far_away(hub: Hub) -> Iterator[None]:
    """GitHub answers each request 200 ms late."""
    hub.fault(Fault(Kind.SLOW, path="/api/v3/", seconds=LATE_SECONDS))
    try:
        yield
    finally:
        hub.clear_faults()


def green(hub: Hub, branch: str, path: str = "a.txt") -> str:
    """Push a commit to a branch, on which the required status is green; returns it."""
    commit = hub.push_file(branch, path, f"of {branch}\n", "A change")
    hub.set_status(commit, CONTEXT, "success")
    return commit


SOMEWHERE = Place("C1", "1.1")
