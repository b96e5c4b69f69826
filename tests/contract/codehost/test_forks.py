"""What every code host promises of forks, and of names that branches have: slashes, dots, and every language."""

from __future__ import annotations

import pytest

from shippy.errors import UnknownRef
from tests.contract.codehost.worlds import World


def test_a_pull_request_from_a_fork_says_so_however_it_is_named(world: World) -> None:
    number, commit = world.open_pull_of_fork("mallory", "feature/x")
    for ref in (f"#{number}", commit, commit[:8], "mallory:feature/x"):
        revision = world.host.resolve(ref)
        assert (revision.ref, revision.commit, revision.branch) == (ref, commit, None)
        assert revision.fork is not None
        assert revision.fork.startswith("mallory/web")
        assert revision.pull is not None
        assert revision.pull.number == number


@pytest.mark.parametrize("ref", ["mallory:feature-y", "noah:feature-x", "mallory:", ":feature-x", "mallory:a b"])
def test_a_branch_of_a_fork_without_a_pull_request_is_unknown(world: World, ref: str) -> None:
    world.open_pull_of_fork("mallory", "feature-x")
    with pytest.raises(UnknownRef):
        world.host.resolve(ref)


def test_a_branch_here_is_not_taken_for_that_of_a_fork_with_the_same_name(world: World) -> None:
    world.open_pull_of_fork("mallory", "feature-x")
    with pytest.raises(UnknownRef):
        world.host.resolve("feature-x")
    head = world.commit("feature-x")
    revision = world.host.resolve("feature-x")
    assert (revision.commit, revision.branch, revision.pull, revision.fork) == (head, "feature-x", None, None)


def test_a_commit_of_a_fork_is_known_and_not_owned(world: World) -> None:
    _, offered = world.open_pull_of_fork("mallory", "feature-x")
    for commit in (offered, world.commit_of_fork("mallory")):
        assert world.host.resolve(commit).commit == commit
        assert not world.host.is_own(commit, "master")


def test_a_commit_is_owned_by_the_main_branch_by_a_head_and_by_a_pull_request(world: World) -> None:
    first = world.head("master")
    world.commit("master")
    within = world.commit("feature-x")
    head = world.commit("feature-x")
    world.open_pull("feature-x", "A change")
    assert [world.host.is_own(commit, "master") for commit in (first, head, within)] == [True, True, True]


def test_a_pull_request_from_a_fork_is_merged_and_its_branch_left_alone(world: World) -> None:
    number, commit = world.open_pull_of_fork("mallory", "feature-x")
    revision = world.host.resolve(f"#{number}")
    merged = world.host.merge(revision, "master", "Ship it")
    assert merged == world.head("master")
    assert world.host.is_own(commit, "master")
    assert not world.host.delete_branch(revision)
