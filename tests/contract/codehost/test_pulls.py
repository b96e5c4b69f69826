"""What every code host promises of pull requests and changes: reviews, what can be merged, the files touched."""

from __future__ import annotations

import pytest

from shippy.errors import UnknownRef
from shippy.model import Review, ReviewState
from tests.contract.codehost.worlds import World

A_COMMIT_OF_NOBODY = "0123456789" * 4


def opened(world: World) -> int:
    world.commit("feature-x")
    return world.open_pull("feature-x", "A change")


def test_a_pull_request_is_told_as_it_is_now(world: World) -> None:
    number = opened(world)
    head = world.commit("feature-x")
    found = world.host.pull_state(number)
    assert (found.head, found.base, found.draft, found.mergeable) == (head, "master", False, True)


def test_a_conflict_is_told_even_to_whoever_asks_first(world: World) -> None:
    world.commit("feature-x")
    number = world.open_pull("feature-x", "A change")
    world.conflict("feature-x")
    assert world.host.pull_state(number).mergeable is False


def test_a_draft_says_so(world: World) -> None:
    world.commit("feature-x")
    assert world.host.pull_state(world.open_draft("feature-x")).draft


def test_what_is_closed_can_be_merged_no_more_and_is_not_waited_for(world: World) -> None:
    number = opened(world)
    world.close_pull(number)
    assert world.host.pull_state(number).mergeable is None


def test_a_pull_request_that_is_not_there_is_named(world: World) -> None:
    for ask in (world.host.pull_state, world.host.reviews):
        with pytest.raises(UnknownRef) as refused:
            ask(99)
        assert refused.value == UnknownRef("#99")


def test_reviews_are_told_in_their_order_with_their_commits(world: World) -> None:
    number = opened(world)
    first = world.head("feature-x")
    world.review(number, "noah", ReviewState.CHANGES_REQUESTED)
    second = world.commit("feature-x")
    world.review(number, "mia")
    world.review(number, "noah", ReviewState.COMMENTED)
    found = world.host.reviews(number)
    assert found.author is not None
    assert found.given == (
        Review("noah", ReviewState.CHANGES_REQUESTED, first),
        Review("mia", ReviewState.APPROVED, second),
        Review("noah", ReviewState.COMMENTED, second),
    )
    assert {login: review.state for login, review in found.standing.items()} == {
        "noah": ReviewState.CHANGES_REQUESTED,
        "mia": ReviewState.APPROVED,
    }


def test_a_dismissed_review_is_told_as_one(world: World) -> None:
    number = opened(world)
    world.review(number, "noah", ReviewState.CHANGES_REQUESTED)
    world.dismiss(number, "noah")
    assert [review.state for review in world.host.reviews(number).given] == [ReviewState.DISMISSED]


def test_all_reviews_are_read_however_many_there_are(world: World) -> None:
    number = opened(world)
    for _ in range(130):
        world.review(number, "noah", ReviewState.COMMENTED)
    world.review(number, "noah")
    given = world.host.reviews(number).given
    assert (len(given), given[-1].state) == (131, ReviewState.APPROVED)


def test_the_files_of_a_change_are_those_from_where_it_left_the_base(world: World) -> None:
    world.touch("master", "old.py")
    world.commit("feature-x")
    world.touch("feature-x", "migrations/0001 größer.sql", "a/b/c.py")
    world.touch("master", "elsewhere.py")
    found = world.host.files("master", world.head("feature-x"))
    assert found.complete
    assert found.paths - {"feature-x.txt"} == {"migrations/0001 größer.sql", "a/b/c.py"}


def test_a_file_that_is_renamed_is_told_by_both_of_its_names(world: World) -> None:
    world.touch("master", "migrations/0001.sql")
    world.rename("feature-x", "migrations/0001.sql", "elsewhere.sql")
    assert world.host.files("master", "feature-x").paths == {"migrations/0001.sql", "elsewhere.sql"}


def test_all_files_are_told_however_many_there_are(world: World) -> None:
    paths = {f"many/{number}.txt" for number in range(320)}
    world.touch("feature-x", *paths)
    found = world.host.files("master", "feature-x")
    assert (set(found.paths), found.complete) == (paths, True)


@pytest.mark.parametrize(("base", "head"), [("master", A_COMMIT_OF_NOBODY), (A_COMMIT_OF_NOBODY, "master")])
def test_files_of_what_is_not_there_cannot_be_told(world: World, base: str, head: str) -> None:
    with pytest.raises(UnknownRef) as refused:
        world.host.files(base, head)
    assert refused.value.ref == A_COMMIT_OF_NOBODY
