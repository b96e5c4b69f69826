"""The life of a deploy, as the core lives it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shippy.errors import LockHeld, NothingRunning, StepInFlight, TooLate, UnknownRef, WrongPhase
from shippy.events import (
    Aborted,
    Committed,
    Connecting,
    DeployEvent,
    Drained,
    HostGaveUp,
    LeftBehind,
    LeftoversRemoved,
    Merged,
    Merging,
    Preparing,
    Resolved,
    ShareChanged,
    ShareChanging,
    Started,
    Swapped,
)
from shippy.model import ALL, NONE, Deploy, HostStep, Phase, Routing, Share, Slot
from tests.world import BLUE_ONLY, GREEN_ONLY, KIM, World, in_background, result_of


def test_a_shipped_release_answers_beside_the_live_one_with_no_public_traffic() -> None:
    world = World()
    live = world.make_live()

    deploy = world.ship()

    assert deploy.phase is Phase.VERIFYING
    assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, NONE)}
    assert world.deploys_on_hosts() == {live.id, deploy.id}
    assert {endpoint.host for endpoint in deploy.ready} == {"web1", "web2", "web3"}


def test_the_whole_story_ends_with_the_branch_merged_and_the_old_release_gone() -> None:
    world = World()
    world.make_live()

    shipped = world.ship()
    for percent in (25, 50, 10):
        assert world.rollout(percent).share == Share.of_percent(percent)
    deploy = world.commit()

    assert deploy.phase is Phase.COMMITTED
    assert world.deploys_on_hosts() == {shipped.id}
    assert world.routings == {BLUE_ONLY}
    assert world.code.compare("master", shipped.commit or "").ahead_by == 0
    assert list(world.deploys.locks) == []
    kinds = [type(event) for event in world.journal.events if isinstance(event, DeployEvent)]
    assert kinds.index(Merging) < kinds.index(Merged) < kinds.index(Swapped) < kinds.index(Drained)
    assert kinds[-1] is Committed


def test_the_phases_are_gone_through_in_their_order() -> None:
    world = World()
    world.ship()
    world.rollout(25)
    world.commit()
    assert world.phases() == [
        Phase.CHECKING,
        Phase.PREPARING,
        Phase.VERIFYING,
        Phase.ROLLING,
        Phase.COMMITTING,
        Phase.COMMITTED,
    ]


def test_the_first_deploy_of_an_app_has_nothing_to_compare_with() -> None:
    world = World()
    deploy = world.ship()
    assert deploy.first
    assert deploy.diff_url is None
    assert world.routings == {Routing(Slot.BLUE, Slot.GREEN, NONE)}
    world.commit()
    assert world.routings == {GREEN_ONLY}


def test_the_diff_is_against_what_is_live_and_not_against_master() -> None:
    world = World()
    live = world.make_live()
    world.code.commit("master")
    world.code.branches["feature-x"] = world.code.branches["master"]
    commit = world.green("feature-x")

    deploy = world.ship()

    assert deploy.live.commit == live.commit
    assert deploy.diff_url == world.code.compare(live.commit or "", commit).url


def test_every_event_is_journalled_before_its_act() -> None:
    world = World()
    hold = world.fleet.host["web1"].hold(HostStep.CREATING)
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)
    assert world.happened(Preparing)
    assert not world.happened(Connecting)
    hold.release()
    result_of(shipping)

    world.balancers.hold()
    rolling = in_background(lambda: world.rollout(25))
    assert world.balancers.holding.wait(5)
    assert world.happened(ShareChanging)
    assert not world.happened(ShareChanged)
    world.balancers.release()
    result_of(rolling)


def test_an_event_that_cannot_be_journalled_keeps_its_act_from_being_done() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.journal.fail()
    error = result_of(in_background(lambda: world.rollout(25)))
    assert type(error).__name__ == "JournalFailed"
    assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, NONE)}
    # The way back does not need the journal.
    assert world.abort().phase is Phase.ABORTED
    assert world.routings == {GREEN_ONLY}


def test_one_deploy_at_a_time() -> None:
    world = World()
    world.ship()
    world.green("feature-y")
    with pytest.raises(LockHeld) as caught:
        world.ship("feature-y")
    assert caught.value.holder.ref == "feature-x"
    assert len(world.happened(Started)) == 1


def test_of_two_ships_at_the_same_moment_one_gets_the_lock() -> None:
    world = World()
    outcomes = [in_background(world.ship) for _ in range(5)]
    results = [result_of(outcome) for outcome in outcomes]
    assert sum(isinstance(result, LockHeld) for result in results) == 4
    assert len(world.happened(Started)) == 1


def test_a_later_push_is_not_shipped_and_not_merged() -> None:
    world = World()
    world.make_live()
    deploy = world.ship()
    world.code.open_pull(7, "feature-y")
    pushed = world.code.commit("feature-x")
    world.commit()
    assert world.code.compare("master", deploy.commit or "").ahead_by == 0
    assert world.code.compare("master", pushed).ahead_by == 1


@pytest.mark.parametrize("state", ["pending", "failure", "error", None])
def test_a_status_that_is_not_green_refuses_and_touches_nothing(state: str | None) -> None:
    world = World()
    world.make_live()
    before = world.deploys_on_hosts()
    commit = world.code.commit("no-qa")
    world.code.set_status(commit, "ci/build")
    if state:
        world.code.set_status(commit, "qa/sign-off", state)

    deploy = world.ship("no-qa")

    assert deploy.phase is Phase.REFUSED
    assert "qa/sign-off" in deploy.reason
    assert world.deploys_on_hosts() == before
    assert list(world.deploys.locks) == []


def test_checks_that_cannot_be_read_block() -> None:
    world = World()
    world.make_live()
    hold = world.code.hold("statuses")
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)
    world.code.go_down("no answer within 10 s")
    hold.release.set()
    deploy = result_of(shipping)
    assert deploy.phase is Phase.REFUSED
    assert "unreadable" in deploy.reason


def test_an_unknown_branch_is_one_line_and_takes_nothing() -> None:
    world = World()
    with pytest.raises(UnknownRef) as caught:
        world.ship("feature-z")
    assert caught.value.near == ("feature-x",)
    assert world.happened(Started) == []
    assert list(world.deploys.locks) == []


def test_a_missing_image_refuses_before_any_host_is_touched() -> None:
    world = World()
    world.fleet.missing.add(f"registry.example.com/acme/web:{world.code.branches['feature-x']}")
    deploy = world.ship()
    assert deploy.phase is Phase.REFUSED
    assert "manifest unknown" in deploy.reason
    assert not [call for call in world.fleet.calls if call[0] == "prepare"]


def test_fewer_hosts_than_needed_fail_the_deploy_and_leave_the_live_release_alone() -> None:
    world = World()
    live = world.make_live()
    world.fleet.host["web2"].fail(HostStep.CHECKING, "exited", 3, ("boom",))

    deploy = world.ship()

    assert deploy.phase is Phase.FAILED
    assert world.deploys_on_hosts() == {live.id}
    assert world.routings == {GREEN_ONLY}
    (failure,) = world.happened(HostGaveUp)
    assert (failure.host, failure.exit_code, failure.log) == ("web2", 3, ("boom",))
    assert list(world.deploys.locks) == []


def test_min_hosts_lets_a_release_go_on_without_the_failed_host() -> None:
    world = World(min_hosts=2)
    world.fleet.host["web2"].fail(HostStep.PULLING, "no space left")
    deploy = world.ship()
    assert deploy.phase is Phase.VERIFYING
    assert deploy.gave_up == ("web2",)
    assert {endpoint.host for endpoint in deploy.ready} == {"web1", "web3"}


@pytest.mark.parametrize("step", [HostStep.PULLING, HostStep.CREATING, HostStep.CHECKING])
def test_abort_in_the_middle_of_the_preparation_leaves_no_container(step: HostStep) -> None:
    world = World()
    live = world.make_live()
    hold = world.fleet.host["web1"].hold(step)
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)

    aborting = in_background(lambda: world.abort(KIM))
    hold.release()

    assert result_of(aborting).phase is Phase.ABORTED
    assert result_of(shipping).phase is Phase.ABORTED
    assert world.deploys_on_hosts() == {live.id}
    assert world.routings == {GREEN_ONLY}
    assert list(world.deploys.locks) == []


def test_abort_during_the_checks_ends_at_once() -> None:
    world = World()
    hold = world.code.hold("statuses")
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)
    assert world.abort().phase is Phase.ABORTED
    assert result_of(shipping).phase is Phase.ABORTED


def test_abort_brings_the_traffic_back_before_it_removes_anything() -> None:
    world = World()
    live = world.make_live()
    world.ship()
    world.rollout(25)
    world.balancers.open[Slot.BLUE] = 2

    deploy = world.abort()

    assert deploy.phase is Phase.ABORTED
    assert world.deploys_on_hosts() == {live.id}
    assert world.routings == {GREEN_ONLY}
    assert world.happened(Drained)[-1].cut == 2


def test_abort_twice_at_once_takes_back_once() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.balancers.hold()
    first, second = in_background(world.abort), in_background(lambda: world.abort(KIM))
    assert world.balancers.holding.wait(5)
    world.balancers.release()
    assert {result_of(first).phase, result_of(second).phase} == {Phase.ABORTED}
    assert len(world.happened(Aborted)) == 1
    with pytest.raises(NothingRunning):
        world.abort()


def test_abort_works_with_a_host_and_a_balancer_gone_and_says_what_is_left() -> None:
    world = World()
    live = world.make_live()
    deploy = world.ship()
    world.balancers.unreachable("lb2")
    world.fleet.host["web3"].reachable = False

    assert world.abort().phase is Phase.ABORTED

    assert world.balancers.traffic["lb1"].routing == GREEN_ONLY
    assert world.deploys_on_hosts() == {live.id, deploy.id}
    left = " ".join(event.what for event in world.happened(LeftBehind))
    assert "lb2" in left
    assert "the containers" in left


def test_what_a_late_host_still_has_is_removed_by_the_next_deploy() -> None:
    world = World()
    live = world.make_live()
    world.ship()
    world.fleet.host["web3"].reachable = False
    world.abort()
    world.fleet.host["web3"].mend()
    second = world.ship()
    assert world.deploys_on_hosts() == {live.id, second.id}
    assert [event.host for event in world.happened(LeftoversRemoved)] == ["web3"]


def test_a_refused_merge_keeps_the_lock_and_the_old_release_and_can_be_tried_again() -> None:
    world = World()
    live = world.make_live()
    deploy = world.ship()
    world.code.refuse_merges("Merge conflict")

    unmerged = world.commit()
    assert unmerged.phase is Phase.UNMERGED
    assert "Merge conflict" in unmerged.reason
    assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, ALL)}
    assert world.deploys_on_hosts() == {live.id, deploy.id}
    assert len(list(world.deploys.locks)) == 1

    world.code.refuse_merges(None)
    assert world.commit().phase is Phase.COMMITTED
    assert world.deploys_on_hosts() == {deploy.id}


def test_abort_after_a_refused_merge_goes_back() -> None:
    world = World()
    live = world.make_live()
    world.ship()
    world.code.refuse_merges("Merge conflict")
    world.commit()
    assert world.abort().phase is Phase.ABORTED
    assert world.routings == {GREEN_ONLY}
    assert world.deploys_on_hosts() == {live.id}


def test_abort_waits_for_a_merge_under_way_and_is_refused_once_it_is_done() -> None:
    world = World()
    world.make_live()
    world.ship()
    hold = world.code.hold("merge")
    committing = in_background(world.commit)
    assert hold.reached.wait(5)
    aborting = in_background(world.abort)
    hold.release.set()
    assert isinstance(result_of(aborting), TooLate)
    assert result_of(committing).phase is Phase.COMMITTED


def test_abort_before_the_merge_takes_a_commit_back() -> None:
    world = World()
    live = world.make_live()
    world.ship()
    world.balancers.hold()
    committing = in_background(world.commit)
    assert world.balancers.holding.wait(5)
    aborting = in_background(world.abort)
    world.balancers.release()
    assert result_of(aborting).phase is Phase.ABORTED
    assert type(result_of(committing)).__name__ == "Preempted"
    assert world.deploys_on_hosts() == {live.id}
    assert len(world.happened(Merging)) == 1, "only the one that made the first release live"


def test_a_share_that_one_balancer_refuses_is_the_old_one_on_all() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.rollout(10)
    world.balancers.refuse("lb2")
    error = result_of(in_background(lambda: world.rollout(25)))
    assert type(error).__name__ == "BalancersRefused"
    assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, Share.of_percent(10))}
    assert next(iter(world.deploys.locks)).deploy.share == Share.of_percent(10)


def test_rollout_while_another_one_is_under_way_has_to_wait() -> None:
    world = World()
    world.ship()
    world.balancers.hold()
    first = in_background(lambda: world.rollout(25))
    assert world.balancers.holding.wait(5)
    with pytest.raises(StepInFlight):
        world.rollout(50)
    world.balancers.release()
    assert result_of(first).share == Share.of_percent(25)


def test_rollout_and_commit_need_a_release_that_is_ready() -> None:
    world = World()
    verbs: tuple[Callable[[], Deploy], ...] = (lambda: world.rollout(25), world.commit, world.abort)
    for verb in verbs:
        with pytest.raises(NothingRunning):
            verb()
    world.make_live()
    world.ship()
    world.code.refuse_merges("no")
    hold = world.code.hold("merge")
    committing = in_background(world.commit)
    assert hold.reached.wait(5)
    with pytest.raises(StepInFlight):
        world.rollout(25)
    hold.release.set()
    result_of(committing)


def test_old_containers_are_kept_while_sessions_are_open_and_what_is_cut_is_told() -> None:
    world = World(traffic={"drain": "3s"})
    world.make_live()
    world.balancers.open[Slot.GREEN] = 4
    world.ship()
    world.commit()
    assert world.happened(Drained)[-1].cut == 4
    assert sum(world.clock.slept) >= 3


def test_where_nobody_counts_sessions_old_containers_are_kept_for_the_whole_time_to_drain() -> None:
    world = World(traffic={"drain": "3s"})
    world.make_live()
    world.balancers.counting = False
    world.ship()
    world.commit()
    drained = world.happened(Drained)[-1]
    assert (drained.cut, drained.counted) == (0, False)
    assert sum(world.clock.slept) >= 3


def test_a_warm_release_stays_until_its_time_is_over_and_the_lock_is_free_meanwhile() -> None:
    world = World(traffic={"warm": "0.01s"})
    live = world.make_live()
    deploy = world.ship()
    assert world.commit().phase is Phase.COMMITTED
    assert list(world.deploys.locks) == []
    assert world.deploys_on_hosts() == {live.id, deploy.id}
    world.deploys.warm.wait("web")
    assert world.deploys_on_hosts() == {deploy.id}


def test_a_new_deploy_takes_the_slot_of_a_warm_release() -> None:
    world = World(traffic={"warm": "1h"})
    world.make_live()
    second = world.ship()
    world.commit()
    world.green("feature-y")
    third = world.ship("feature-y")
    assert world.deploys_on_hosts() == {second.id, third.id}


def test_drift_between_the_journal_and_the_hosts_is_told() -> None:
    world = World()
    live = world.make_live()
    for host in world.fleet.host.values():
        for container in host.of_deploy(live.id):
            host.containers[container.id] = type(container)(
                **{name: getattr(container, name) for name in container.__slots__} | {"commit": "f" * 40}
            )
    deploy = world.ship()
    assert "ffffffff" in (deploy.drift or "")


def test_what_is_live_is_adopted_from_labels_where_the_journal_knows_nothing() -> None:
    world = World()
    live = world.make_live()
    world.journal.entries.clear()
    world.restarted()
    deploy = world.ship()
    (resolved,) = world.happened(Resolved)
    assert resolved.live.deploy == live.id
    assert world.deploys_on_hosts() == {live.id, deploy.id}


def test_a_bug_in_the_preparation_takes_everything_back() -> None:
    world = World()
    live = world.make_live()
    world.fleet.prepare = lambda *_: 1 / 0  # type: ignore[method-assign, assignment] # a bug, on purpose
    error = result_of(in_background(world.ship))
    assert isinstance(error, ZeroDivisionError)
    assert world.deploys_on_hosts() == {live.id}
    assert list(world.deploys.locks) == []


def test_rollout_is_not_possible_while_the_deploy_is_being_taken_back() -> None:
    world = World()
    world.make_live()
    world.ship()
    world.balancers.hold()
    aborting = in_background(world.abort)
    assert world.balancers.holding.wait(5)
    with pytest.raises(WrongPhase):
        world.rollout(25)
    world.balancers.release()
    result_of(aborting)
