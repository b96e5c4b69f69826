"""What every code host promises of merges: how things stand before one, each way of making it, and what follows."""

from __future__ import annotations

import pytest

from shippy.errors import MergeRefused, UnknownRef
from shippy.model import MergeMethod, MergeRefusal, Revision
from tests.contract.codehost.worlds import World

A_COMMIT_OF_NOBODY = "0123456789" * 4
OTHER_FILES = (MergeMethod.SQUASH, MergeMethod.REBASE)


def proposed(world: World, branch: str = "feature/größer", commits: int = 2) -> Revision:
    """A branch with a pull request."""
    world.commit(branch, commits)
    world.open_pull(branch, "A change")
    return world.host.resolve(branch)


@pytest.mark.parametrize("pull", [True, False])
def test_how_things_stand_is_told_before_and_after_pushes_to_both_branches(world: World, pull: bool) -> None:
    head = world.commit("feature/x", 3)
    if pull:
        world.open_pull("feature/x", "A change")
    revision = world.host.resolve("feature/x")
    found = world.host.standing(revision, "master")
    assert (found.main, found.head, found.merged) == (world.head("master"), head, None)
    assert (found.ahead_by, found.behind_by) == (3, 0)
    pushed = world.commit("feature/x")
    world.commit("master", 2)
    found = world.host.standing(revision, "master")
    assert (found.main, found.head, found.merged) == (world.head("master"), pushed, None)
    assert (found.ahead_by, found.behind_by) == (3, 2)


def test_a_commit_that_is_on_no_branch_has_no_head(world: World) -> None:
    commit = world.commit("feature-x")
    world.commit("feature-x")
    assert world.host.standing(world.host.resolve(commit), "master").head is None


def test_how_a_commit_stands_that_is_not_there_is_unknown(world: World) -> None:
    with pytest.raises(UnknownRef) as refused:
        world.host.standing(Revision("x", A_COMMIT_OF_NOBODY), "master")
    assert refused.value.ref == A_COMMIT_OF_NOBODY
    with pytest.raises(UnknownRef):
        world.host.tree(A_COMMIT_OF_NOBODY)


def test_the_merge_of_what_is_up_to_date_would_have_its_files(world: World) -> None:
    revision = proposed(world)
    assert world.host.merge_tree(revision, "master") == world.host.tree(revision.commit)


def test_the_merge_of_what_is_behind_would_have_other_files(world: World) -> None:
    revision = proposed(world)
    world.commit("master")
    tree = world.host.merge_tree(revision, "master")
    assert tree is not None
    assert tree != world.host.tree(revision.commit)
    merged = world.host.merge(revision, "master", "Ship it")
    assert world.host.tree(merged) == tree


def test_the_merge_of_what_is_behind_by_nothing_that_matters_would_have_its_files(world: World) -> None:
    revision = proposed(world)
    world.commit_nothing("master")
    assert world.host.standing(revision, "master").behind_by == 1
    assert world.host.merge_tree(revision, "master") == world.host.tree(revision.commit)


def test_what_cannot_be_merged_would_have_no_files(world: World) -> None:
    world.conflict("feature-x")
    world.open_pull("feature-x", "A change")
    assert world.host.merge_tree(world.host.resolve("feature-x"), "master") is None


def test_what_a_merge_without_a_pull_request_would_have_cannot_be_told(world: World) -> None:
    world.commit("feature-x")
    assert world.host.merge_tree(world.host.resolve("feature-x"), "master") is None


@pytest.mark.parametrize("method", MergeMethod)
def test_a_pull_request_is_merged_in_the_way_that_is_asked_for(world: World, method: MergeMethod) -> None:
    revision = proposed(world)
    merged = world.host.merge(revision, "master", "Ship it\n\nDeploy: d1", method)
    assert merged == world.head("master")
    assert world.host.tree(merged) == world.host.tree(revision.commit)
    stands = world.host.standing(revision, "master")
    assert stands.merged == merged
    assert (stands.ahead_by == 0) is (method is MergeMethod.MERGE)


@pytest.mark.parametrize("method", MergeMethod)
def test_a_merge_is_made_once_and_found_again_also_when_the_branch_has_gone_on(
    world: World, method: MergeMethod
) -> None:
    revision = proposed(world)
    merged = world.host.merge(revision, "master", "Ship it", method)
    assert world.host.merge(revision, "master", "Ship it", method) == merged
    after = world.commit("master")
    assert world.host.standing(revision, "master").merged == merged
    assert world.host.merge(revision, "master", "Ship it", method) == merged
    assert world.head("master") == after


def test_a_pull_request_that_was_merged_with_more_in_it_has_not_brought_the_revision_by_itself(world: World) -> None:
    revision = proposed(world)
    world.commit("feature/größer")
    world.host.merge(world.host.resolve("feature/größer"), "master", "Ship it", MergeMethod.SQUASH)
    assert world.host.standing(revision, "master").merged is None


@pytest.mark.parametrize("method", OTHER_FILES)
def test_only_a_pull_request_can_be_squashed_or_rebased(world: World, method: MergeMethod) -> None:
    world.commit("feature-x")
    before = world.head("master")
    with pytest.raises(MergeRefused) as refused:
        world.host.merge(world.host.resolve("feature-x"), "master", "Ship it", method)
    assert refused.value.kind is MergeRefusal.NO_PULL
    assert world.head("master") == before


@pytest.mark.parametrize("method", MergeMethod)
def test_a_merge_of_any_kind_is_taken_back(world: World, method: MergeMethod) -> None:
    revision = proposed(world)
    world.host.merge(revision, "master", "Ship it", method)
    assert world.host.revert(revision, "master", "Revert: a change", "It was slow.") is not None


@pytest.mark.parametrize("method", MergeMethod)
def test_a_head_that_has_moved_is_its_own_kind_of_refusal(world: World, method: MergeMethod) -> None:
    revision = proposed(world)
    world.commit("feature/größer")
    with pytest.raises(MergeRefused) as refused:
        world.host.merge(revision, "master", "Ship it", method)
    assert refused.value.kind is MergeRefusal.HEAD_MOVED


def test_a_branch_is_deleted_once_and_only_where_it_has_the_revision(world: World) -> None:
    revision = proposed(world)
    assert world.host.delete_branch(revision)
    assert world.host.standing(revision, "master").head in {None, revision.commit}
    assert not world.host.delete_branch(revision)
    moved = proposed(world, "feature-y")
    world.commit("feature-y")
    assert not world.host.delete_branch(moved)
    assert world.host.resolve("feature-y")


def test_a_commit_has_no_branch_to_delete(world: World) -> None:
    commit = world.commit("feature-x")
    world.commit("feature-x")
    assert not world.host.delete_branch(world.host.resolve(commit))
