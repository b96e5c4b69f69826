"""A merge brings what was verified or is refused; in every way of merging, and before traffic moves where it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.errors import MergeRefused, Unavailable
from shippy.events import LeftBehind, MainMoved, Merged, Merging, Swapped
from shippy.model import ALL, Deploy, MergeMethod, MergeRefusal, Phase, Share, Slot
from shippy.sentences.leaving import MERGE_DIFFERS
from tests.world import World

A_QUARTER = Share.of_percent(25)
OTHERS = (MergeMethod.SQUASH, MergeMethod.REBASE)


def world_with(*, pull: bool = True, **settings: Any) -> World:
    """A release is live, and feature-x has a quarter of the traffic."""
    world = World(**settings)
    world.code.open_pull(6, "before")
    world.make_live()
    if pull:
        world.code.open_pull(7, "feature-x")
    world.ship()
    world.rollout(25)
    return world


def refused(world: World) -> MergeRefused:
    with pytest.raises(MergeRefused) as caught:
        world.commit()
    return caught.value


def share(world: World) -> Share:
    (routing,) = world.routings
    return routing.share


def running(world: World) -> Deploy:
    return world.deploys.recent(1)[0]


def merges_asked_for(world: World) -> int:
    return sum(name == "merge" for name, _ in world.code.calls)


@pytest.mark.parametrize("pull", [True, False])
def test_what_would_be_merged_with_more_than_was_verified_is_refused_before_traffic_moves(pull: bool) -> None:
    world = world_with(pull=pull)
    before = merges_asked_for(world)
    world.code.commit("master", 2)
    error = refused(world)
    assert error.kind is MergeRefusal.UNVERIFIED
    assert "master has moved on by 2 commits" in error.reason
    assert (share(world), running(world).phase) == (A_QUARTER, Phase.ROLLING)
    assert merges_asked_for(world) == before
    assert running(world).main_ahead == 2


def test_commits_that_change_nothing_are_in_nobodys_way() -> None:
    world = world_with()
    world.code.commit("master", change=False)
    assert world.commit().phase is Phase.COMMITTED


def test_a_branch_that_need_not_be_up_to_date_is_merged_all_the_same() -> None:
    world = world_with(checks={"up_to_date": False})
    world.code.commit("master", 2)
    deploy = world.commit()
    assert deploy.phase is Phase.COMMITTED
    assert not [event for event in world.happened(LeftBehind) if event.by_hand]


def test_a_pull_request_that_github_would_refuse_for_its_head_is_refused_before_traffic_moves() -> None:
    world = world_with()
    world.code.commit("feature-x")
    assert refused(world).kind is MergeRefusal.HEAD_MOVED
    assert share(world) == A_QUARTER


def test_a_branch_without_a_pull_request_is_merged_as_it_was_whatever_was_pushed_since() -> None:
    world = world_with(pull=False)
    world.code.commit("feature-x")
    assert world.commit().phase is Phase.COMMITTED


def test_where_github_does_not_tell_no_traffic_moves() -> None:
    world = world_with()
    world.code.go_down()
    with pytest.raises(Unavailable):
        world.commit()
    assert (share(world), running(world).phase) == (A_QUARTER, Phase.ROLLING)
    world.code.come_back()
    assert world.commit().phase is Phase.COMMITTED


def test_it_is_looked_at_again_right_before_the_merge_which_leaves_it_unmerged() -> None:
    world = world_with()
    world.balancers.hold()
    committing = gevent.spawn(world.commit)
    assert world.balancers.holding.wait(5)
    world.code.commit("master")
    world.balancers.release()
    deploy = committing.get(timeout=5)
    assert (deploy.phase, deploy.refusal) == (Phase.UNMERGED, MergeRefusal.UNVERIFIED)
    assert share(world) == ALL
    assert world.abort().phase is Phase.ABORTED


def test_a_main_branch_that_moves_in_githubs_own_moment_is_seen_after_the_merge_and_told() -> None:
    world = world_with()
    world.code.before_merges(lambda: world.code.commit("master"))
    deploy = world.commit()
    assert deploy.phase is Phase.COMMITTED
    (left,) = [event for event in world.happened(LeftBehind) if event.by_hand]
    assert left.what == MERGE_DIFFERS
    assert left.reason.endswith(f"{(deploy.commit or '')[:8]} is live: verify and ship master")


@pytest.mark.parametrize("method", MergeMethod)
def test_every_way_of_merging_leads_to_a_release_that_the_main_branch_has(method: MergeMethod) -> None:
    world = world_with(merge={"method": method.value})
    first = world.commit()
    assert first.phase is Phase.COMMITTED
    assert first.rewritten is (method is not MergeMethod.MERGE)
    assert first.merged == world.code.branches["master"]
    assert {event.rewritten for event in world.happened(Swapped)[1:]} == {first.rewritten}
    world.green("feature-y")
    second = world.ship("feature-y")
    assert (second.phase, second.drift, second.behind) == (Phase.VERIFYING, None, 0)
    # What is new since the live commit: the change, and the merge commit, if there is one.
    assert second.commits == 1 + (not first.rewritten)


@pytest.mark.parametrize("method", OTHERS)
def test_a_branch_without_a_pull_request_waits_for_one_where_it_is_not_to_be_merged_by_itself(
    method: MergeMethod,
) -> None:
    world = world_with_nothing_live(method)
    assert refused(world).kind is MergeRefusal.NO_PULL
    assert share(world) == A_QUARTER
    pull = world.code.open_pull(8, "feature-x")
    deploy = world.commit()
    assert (deploy.phase, deploy.rewritten) == (Phase.COMMITTED, True)
    assert deploy.revision is not None
    assert deploy.revision.pull == pull
    assert [event.pull for event in world.happened(Merging)] == [pull]


def world_with_nothing_live(method: MergeMethod) -> World:
    world = World(merge={"method": method.value})
    world.ship()
    world.rollout(25)
    return world


def lost(world: World) -> None:
    world.code.lose_answers_of_merges()
    assert world.commit().phase is Phase.UNMERGED
    world.code.lose_answers_of_merges(lose=False)


@pytest.mark.parametrize("method", MergeMethod)
def test_a_merge_of_any_kind_whose_answer_was_lost_is_found_and_not_made_twice(method: MergeMethod) -> None:
    world = world_with(merge={"method": method.value})
    lost(world)
    merged = world.code.branches["master"]
    deploy = world.commit()
    assert (deploy.phase, deploy.merged) == (Phase.COMMITTED, merged)
    assert deploy.rewritten is (method is not MergeMethod.MERGE)
    assert world.code.branches["master"] == merged


@pytest.mark.parametrize("method", MergeMethod)
def test_an_abort_after_such_a_merge_is_too_late(method: MergeMethod) -> None:
    world = world_with(merge={"method": method.value})
    lost(world)
    with pytest.raises(Exception, match="TooLate"):
        world.abort()
    (merged,) = [event for event in world.happened(Merged) if event.deploy == running(world).id]
    assert merged.rewritten is (method is not MergeMethod.MERGE)


def test_a_daemon_that_died_after_a_squash_goes_on_with_it() -> None:
    world = world_with(merge={"method": "squash"})
    hold = world.code.hold("merge")
    committing = gevent.spawn(world.commit)
    assert hold.reached.wait(5)
    world.code.merge(running(world).revision, "master", "", MergeMethod.SQUASH)  # type: ignore[arg-type] # it has one
    committing.kill()
    gevent.joinall(recover(world.restarted()))
    deploy = running(world)
    assert (deploy.phase, deploy.merged, deploy.rewritten) == (Phase.COMMITTED, world.code.branches["master"], True)
    assert world.balancers.traffic["lb1"].routing.stable is Slot.BLUE


def test_the_branch_is_deleted_where_the_config_says_so() -> None:
    world = world_with(merge={"delete_branch": True})
    assert world.commit().phase is Phase.COMMITTED
    assert "feature-x" not in world.code.branches


def keep(_: World) -> None:
    """Nothing happens to the branch."""


def push(world: World) -> None:
    world.code.commit("feature-x")


@pytest.mark.parametrize(("delete", "meanwhile"), [(False, keep), (True, push)])
def test_the_branch_stays_otherwise_and_where_somebody_has_pushed_to_it(
    delete: bool, meanwhile: Callable[[World], None]
) -> None:
    world = world_with(pull=False, merge={"delete_branch": delete})
    meanwhile(world)
    assert world.commit().phase is Phase.COMMITTED
    assert "feature-x" in world.code.branches


def test_a_branch_that_cannot_be_deleted_is_only_told() -> None:
    world = world_with(merge={"delete_branch": True})
    hold = world.code.hold("delete_branch")
    committing = gevent.spawn(world.commit)
    assert hold.reached.wait(5)
    world.code.refuse_merges("Cannot delete this protected branch")
    hold.release.set()
    assert committing.get(timeout=5).phase is Phase.COMMITTED
    (left,) = [event for event in world.happened(LeftBehind) if event.by_hand]
    assert (left.what, left.reason) == ("the branch feature-x", "GitHub says: Cannot delete this protected branch")


def test_going_back_to_what_master_has_merges_nothing_and_is_held_up_by_nothing() -> None:
    world = World()
    first = world.make_live()
    world.ship()
    world.commit()
    world.code.commit("master")
    assert world.ship(first.commit or "").phase is Phase.VERIFYING
    deploy = world.commit()
    assert (deploy.phase, deploy.rewritten) == (Phase.COMMITTED, False)
    assert [event for event in world.happened(MainMoved) if event.deploy == deploy.id] == []
