"""How much of the hosts' disks images that are pulled ahead may take."""

from __future__ import annotations

from shippy.deploys.prefetch.ahead import HOSTS_EVERY
from shippy.model import Image
from tests.deploys.prefetches import Town
from tests.fakes.hosts import IMAGE_SIZE


def test_no_more_is_pulled_than_there_is_room_for() -> None:
    town = Town(prefetch={"budget": "250m"})
    commits = [town.opened(f"branch-{number}") for number in range(3)]
    town.look()
    assert IMAGE_SIZE * 2 < 250 * 2**20 < IMAGE_SIZE * 3
    assert town.there() == set(commits[1:])
    assert town.ahead() == [commits[2], commits[1]]
    assert town.pulls() == 2


def test_a_new_one_makes_the_one_that_changed_longest_ago_go() -> None:
    town = Town(prefetch={"budget": "250m"})
    _, second = town.opened("branch-0"), town.opened("branch-1")
    town.look()
    third = town.opened("branch-2")
    town.look()
    assert town.there() == {second, third}


def test_one_that_turns_out_to_be_too_large_goes_again_and_is_not_pulled_at_each_look() -> None:
    town = Town(prefetch={"budget": "250m"})
    commit = town.opened("feature-y")
    town.size(commit, 300 * 2**20)
    for _ in range(3):
        town.look()
        town.clock.advance(HOSTS_EVERY.total_seconds())
    assert town.there() == set()
    assert town.pulls() == 1


def test_where_room_is_needed_what_aborted_deploys_have_left_goes_first() -> None:
    town = Town(prefetch={"budget": "250m"})
    live = town.make_live()
    town.ship()
    town.abort()
    first = town.opened("branch-0")
    town.look()
    assert len(town.there()) == 3
    second = town.opened("branch-1")
    town.look()
    assert town.there() == {live.commit, first, second}


def test_a_journal_that_knows_of_no_release_has_nothing_removed_but_what_was_pulled_ahead() -> None:
    town = Town(prefetch={"budget": "250m"})
    leftover = Image("registry.example.com/acme/web:old", "sha256:old")
    town.fleet.pull(leftover, lambda _: None)
    town.opened("branch-0")
    second, third = town.opened("branch-1"), town.opened("branch-2")
    town.look()
    assert town.there() == {"old", second, third}
