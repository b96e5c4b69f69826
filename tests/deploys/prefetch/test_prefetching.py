"""Which images are on the hosts before somebody ships them, and when they go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.deploys.prefetch.candidates import ASK_AGAIN_AFTER
from shippy.errors import Unavailable
from tests.deploys.prefetches import Town, forget
from tests.world import app_settings

# Which


def test_the_image_of_a_green_pull_request_is_pulled_on_every_host() -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.look()
    assert town.there() == {commit}
    assert town.ahead() == [commit]


def test_a_branch_without_a_pull_request_is_nobodys() -> None:
    town = Town()
    town.look()
    assert town.there() == set()


@pytest.mark.parametrize("state", ["pending", "failure", "error"])
def test_a_build_that_is_not_green_is_not_pulled_until_it_is(state: str) -> None:
    town = Town()
    commit = town.opened("feature-y")
    town.code.set_status(commit, "ci/build", state)
    town.look()
    assert town.there() == set()
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_all_statuses_that_a_ship_requires_have_to_be_green() -> None:
    town = Town()
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == set()
    town.code.set_status(commit, "qa/sign-off")
    town.look()
    assert town.there() == {commit}


def test_the_config_can_name_the_statuses_that_tell_of_the_build() -> None:
    town = Town(prefetch={"statuses": ["ci/build"]})
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_a_status_that_is_only_told_holds_nothing_up() -> None:
    checks = {"statuses": ["ci/build", "qa/sign-off"], "levels": {"qa/sign-off": "advice"}}
    town = Town(checks=checks)
    commit = town.opened("feature-y", green=False)
    town.code.set_status(commit, "ci/build")
    town.look()
    assert town.there() == {commit}


def test_by_label_only_those_with_the_label_are_pulled_in_whichever_letters() -> None:
    town = Town("label", prefetch={"label": "Ship next"})
    town.opened("feature-y")
    town.opened("feature-z", label="another")
    commit = town.opened("feature-w", label="ship NEXT")
    town.look()
    assert town.there() == {commit}


def test_a_draft_is_pulled_only_if_it_has_the_label() -> None:
    for mode, pulled in (("on", 0), ("label", 1)):
        town = Town(mode)
        town.opened("feature-y", label="prefetch")
        town.code.drafts.add(1)
        town.look()
        assert len(town.there()) == pulled


@pytest.mark.parametrize("forks", [False, True])
def test_what_comes_from_a_fork_is_pulled_only_where_forks_may_be_shipped(forks: bool) -> None:
    town = Town(forks=forks)
    commit = town.code.open_pull_of_fork(7, "mallory/web", "feature-x")
    for context in ("ci/build", "qa/sign-off"):
        town.code.set_status(commit, context)
    town.look()
    assert town.there() == ({commit} if forks else set())


def test_no_more_than_the_config_says_are_kept_and_those_that_changed_last_are() -> None:
    town = Town(prefetch={"keep": 2})
    first, second, third = (town.opened(f"branch-{number}") for number in range(3))
    town.look()
    assert town.there() == {second, third}
    town.code.label(1, "hurry")
    town.look()
    assert town.there() == {first, third}


def test_an_image_that_is_not_there_yet_is_asked_for_again_but_not_at_each_look() -> None:
    town = Town()
    commit = town.opened("feature-y")
    reference = f"registry.example.com/acme/web:{commit}"
    town.fleet.missing.add(reference)
    for _ in range(3):
        town.look()
    assert town.fleet.calls.count(("resolve", reference)) == 1
    town.fleet.missing.clear()
    town.clock.advance(ASK_AGAIN_AFTER.total_seconds())
    town.look()
    assert town.there() == {commit}


# When they go


def test_a_head_that_moves_on_takes_the_image_of_the_old_one_with_it() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    newer = town.green("feature-y")
    town.look()
    assert town.there() == {newer}


def test_the_image_of_a_pull_request_that_is_closed_goes() -> None:
    town = Town()
    town.opened("feature-y")
    kept = town.opened("feature-z")
    town.look()
    town.code.close_pull(1)
    town.look()
    assert town.there() == {kept}


def test_a_label_that_is_taken_away_takes_the_image_with_it() -> None:
    town = Town("label")
    town.opened("feature-y", label="prefetch")
    town.look()
    town.code.label(1)
    town.look()
    assert town.there() == set()


def test_what_was_shipped_and_merged_stays_as_long_as_it_is_live() -> None:
    town = Town()
    town.opened("feature-y")
    town.look()
    town.ship("feature-y")
    live = town.commit()
    assert town.code.open_pulls() == ()
    town.look()
    assert town.ahead() == []
    assert town.there() == {live.commit}


def test_nothing_is_left_behind_by_a_daemon_that_was_killed() -> None:
    town = Town()
    live = town.make_live()
    town.opened("feature-y")
    kept = town.opened("feature-z")
    town.look()
    town.code.close_pull(1)
    town.restarted_prefetching()
    town.look()
    forget(town)
    assert town.there() == {live.commit, kept}


def test_what_is_ahead_is_not_taken_for_a_leftover_though_a_daemon_has_just_started() -> None:
    town = Town()
    live = town.make_live()
    ahead = town.opened("feature-y")
    town.look()
    town.restarted_prefetching()
    town.code.go_down()
    with pytest.raises(Unavailable):
        town.look()
    forget(town)
    assert town.there() == {live.commit, ahead}
    town.code.come_back()
    town.look()
    forget(town)
    assert town.there() == {live.commit, ahead}
    assert town.pulls() == 2


def test_once_it_is_switched_off_what_it_has_left_goes() -> None:
    town = Town()
    live = town.make_live()
    town.opened("feature-y")
    town.look()
    town.site = replace(town.site, settings=app_settings(prefetch={"mode": "off"}))
    town.restarted()
    forget(town)
    assert town.there() == {live.commit}
