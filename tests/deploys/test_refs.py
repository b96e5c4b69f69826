"""What may be shipped at all: what is in the app's own repository, and of forks only where the config allows it."""

from __future__ import annotations

from typing import Any

import pytest

from shippy.errors import FromFork, NotOurCommit
from shippy.model import Phase
from tests.world import World


def with_fork(**settings: Any) -> tuple[World, str]:
    """A world with pull request #7 from a fork, green, and its commit."""
    world = World(**settings)
    commit = world.code.open_pull_of_fork(7, "mallory/web", "patch-1")
    for context in world.site.settings.checks.statuses:
        world.code.set_status(commit, context)
    return world, commit


def refs_of(commit: str) -> tuple[str, ...]:
    return ("#7", "mallory:patch-1", commit, commit[:8])


def test_a_branch_of_a_fork_is_refused_and_takes_no_lock() -> None:
    world, commit = with_fork()
    for ref in refs_of(commit):
        with pytest.raises(FromFork) as refused:
            world.ship(ref)
        assert refused.value == FromFork(ref, "mallory/web", "acme/web", "web")
    assert world.journal.events == []
    assert world.ship().phase is Phase.VERIFYING


def test_a_branch_of_a_fork_is_shipped_and_merged_where_the_config_allows_it() -> None:
    world, commit = with_fork(forks=True)
    for ref in refs_of(commit):
        shipped = world.ship(ref)
        assert (shipped.phase, shipped.commit) == (Phase.VERIFYING, commit)
        world.abort()
    world.ship("#7")
    assert world.commit().phase is Phase.COMMITTED
    assert world.code.is_own(commit, "master")


def test_a_commit_that_only_a_fork_has_is_refused_although_github_answers_for_it() -> None:
    world = World()
    commit = world.code.commit_of_fork()
    with pytest.raises(NotOurCommit) as refused:
        world.ship(commit)
    assert refused.value == NotOurCommit(commit, "acme/web")
    assert world.journal.events == []


def test_a_commit_that_was_live_may_be_shipped_again_wherever_it_is_now() -> None:
    """Squashed, and its branch deleted: then GitHub knows it from nowhere."""
    world = World(merge={"method": "squash"}, checks={"statuses": [], "up_to_date": False})
    world.code.open_pull(1, "feature-x")
    world.ship()
    commit = world.commit().commit
    assert commit is not None
    del world.code.branches["feature-x"]
    world.code.close_pull(1)
    assert world.ship(commit[:8]).phase is Phase.VERIFYING
