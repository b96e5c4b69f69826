"""What every code host promises of its open pull requests, of which it may be asked again and again."""

from __future__ import annotations

from shippy.model import PullRequest
from tests.contract.codehost.worlds import World


def opened(world: World, branch: str) -> int:
    world.commit(branch)
    return world.open_pull(branch, f"Add {branch}")


def numbers(world: World) -> list[int]:
    return [one.revision.pull.number for one in world.host.open_pulls() if one.revision.pull]


def test_an_open_pull_request_is_told_with_what_it_brings_now(world: World) -> None:
    number = opened(world, "feature-x")
    head = world.commit("feature-x")
    (found,) = world.host.open_pulls()
    assert found.revision == world.host.resolve(f"#{number}")
    assert (found.revision.commit, found.revision.branch) == (head, "feature-x")
    assert isinstance(found.revision.pull, PullRequest)
    assert (found.labels, found.draft) == (frozenset(), False)


def test_what_is_closed_or_merged_is_not_among_them(world: World) -> None:
    first, second, third = (opened(world, f"feature-{name}") for name in "xyz")
    world.close_pull(first)
    world.merge_pull(second)
    assert numbers(world) == [third]


def test_labels_and_drafts_are_told(world: World) -> None:
    number = opened(world, "feature-x")
    world.commit("feature-y")
    draft = world.open_draft("feature-y")
    world.label(number, "prefetch", "größer")
    told = {one.revision.ref: (one.labels, one.draft) for one in world.host.open_pulls()}
    assert told == {f"#{number}": ({"prefetch", "größer"}, False), f"#{draft}": (frozenset(), True)}
    world.label(number)
    assert all(one.labels == frozenset() for one in world.host.open_pulls())


def test_those_changed_last_come_first(world: World) -> None:
    first, second, third = (opened(world, f"feature-{name}") for name in "xyz")
    assert numbers(world) == [third, second, first]
    world.commit("feature-x")
    assert numbers(world) == [first, third, second]
    world.label(second, "prefetch")
    assert numbers(world) == [second, first, third]


def test_one_from_a_fork_says_so(world: World) -> None:
    number, commit = world.open_pull_of_fork("mallory", "feature-x")
    (found,) = world.host.open_pulls()
    assert found.revision == world.host.resolve(f"#{number}")
    assert (found.revision.commit, found.revision.branch) == (commit, None)
    assert found.revision.fork is not None


def test_a_repository_without_any_has_none(world: World) -> None:
    assert world.host.open_pulls() == ()
