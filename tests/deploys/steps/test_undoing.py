"""Back to the release from before, after a commit: while it is warm, whatever else is gone."""

from __future__ import annotations

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import LockHeld, NothingWarm, ShipsClosed, TooLate, Unavailable, WarmIsDown
from shippy.events import (
    DeployRefused,
    Drained,
    LeftBehind,
    RevertOpened,
    ShipsLocked,
    SwappedBack,
    Swept,
    Undoing,
    Undone,
)
from shippy.model import Deploy, Endpoint, Phase
from tests.world import BLUE_ONLY, DANA, GREEN_ONLY, KIM, World, in_background, result_of


def committed() -> tuple[World, Deploy, Deploy]:
    """A world with a deploy that has just been committed, and the one whose release is warm since."""
    world = World(traffic={"warm": "15m"})
    before = world.make_live()
    world.ship()
    return world, before, world.commit()


def undo(world: World, reason: str = "the cart is empty") -> Deploy:
    return world.deploys.undo("web", KIM, reason)[1]


def test_an_undo_puts_all_traffic_back_on_the_release_from_before() -> None:
    world, before, shipped = committed()
    undone = undo(world)
    assert undone.id == shipped.id
    assert undone.phase is Phase.UNDONE
    assert world.routings == {GREEN_ONLY}
    assert world.deploys_on_hosts() == {before.id}
    assert world.deploys.live("web").deploy == before.id
    assert list(world.deploys.locks) == []


def test_the_traffic_goes_first_and_what_was_undone_is_drained_before_it_is_removed() -> None:
    world, _, shipped = committed()
    undo(world)
    kinds = [type(event) for event in world.journal.events]
    order = [kinds.index(kind) for kind in (Undoing, SwappedBack, ShipsLocked, RevertOpened)]
    assert order == sorted(order)
    (drained,) = [event for event in world.happened(Drained) if event.deploy == shipped.id]
    assert drained.slot is shipped.slot
    assert kinds.index(SwappedBack) < world.journal.events.index(drained)


def test_ships_are_locked_until_somebody_unlocks_them_and_the_reason_is_told() -> None:
    world, _, _ = committed()
    undo(world)
    with pytest.raises(ShipsClosed) as caught:
        world.ship()
    assert caught.value.closure.by == KIM
    assert "the cart is empty" in caught.value.closure.reason
    world.deploys.waiting.open("production", DANA)
    world.green("next")
    assert world.ship("next").phase is Phase.VERIFYING


def test_a_pull_request_takes_the_merge_back() -> None:
    world, _, _ = committed()
    undone = undo(world)
    assert undone.revert is not None
    assert undone.revert.base == "master"
    assert "feature-x" in undone.revert.title


def test_what_was_in_master_before_the_deploy_needs_no_pull_request() -> None:
    world = World(traffic={"warm": "15m"}, checks={"statuses": [], "up_to_date": True})
    world.make_live()
    world.ship("master")
    world.commit()
    undone = undo(world)
    assert undone.phase is Phase.UNDONE
    assert undone.revert is None
    assert undone.left == ()


def test_without_github_the_undo_goes_on_and_says_what_is_left() -> None:
    world, before, _ = committed()
    world.code.go_down()
    undone = undo(world)
    assert undone.phase is Phase.UNDONE
    assert world.deploys.live("web").deploy == before.id
    assert undone.left == ("the pull request that reverts the merge",)


def test_githubs_own_words_are_kept_where_it_takes_no_pull_request() -> None:
    world, _, _ = committed()
    world.code.refuse_merges("Reference update failed (422)")
    assert undo(world).phase is Phase.UNDONE
    (left,) = world.happened(LeftBehind)
    assert left.reason == "GitHub says: Reference update failed (422)"


def test_a_balancer_that_is_away_holds_up_nothing_and_gets_it_when_it_is_back() -> None:
    world, _, _ = committed()
    world.balancers.unreachable("lb2")
    undone = undo(world)
    assert undone.phase is Phase.UNDONE
    assert world.balancers.traffic["lb1"].routing == GREEN_ONLY
    assert next(event.what for event in world.happened(LeftBehind)) == "the traffic on lb2"
    world.balancers.behave("lb2")
    Reconciler(world.deploys).look(world.site)
    assert world.routings == {GREEN_ONLY}


def test_containers_that_a_silent_balancer_may_send_visitors_to_stay_until_it_sends_nobody_there() -> None:
    world, before, shipped = committed()
    world.balancers.unreachable("lb2")
    undo(world)
    reconciler, both = Reconciler(world.deploys), {before.id, shipped.id}
    reconciler.look(world.site)
    assert world.deploys_on_hosts() == both
    world.balancers.behave("lb2")
    # It answers, and sends visitors where it did: the hosts are looked at before it has been told.
    reconciler.look(world.site)
    assert world.deploys_on_hosts() == both
    reconciler.look(world.site)
    assert world.deploys_on_hosts() == {before.id}
    assert {event.host for event in world.happened(Swept)} == set(world.fleet.host)


def test_a_journal_that_is_full_does_not_stop_an_undo() -> None:
    world, before, _ = committed()
    world.journal.fail()
    assert undo(world).phase is Phase.UNDONE
    assert world.routings == {GREEN_ONLY}
    assert world.deploys_on_hosts() == {before.id}
    world.journal.heal()
    world.deploys.catch_up()
    assert world.happened(Undone)
    assert world.deploys.live("web").deploy == before.id


def test_locked_ships_do_not_stop_an_undo_and_keep_their_reason() -> None:
    world, _, _ = committed()
    world.deploys.waiting.close("production", DANA, "the fair", None)
    assert undo(world).phase is Phase.UNDONE
    closure = world.deploys.waiting.of("production").closure
    assert closure is not None
    assert closure.reason == "the fair"


def test_a_warm_release_that_passes_no_check_is_not_gone_back_to() -> None:
    world, _, shipped = committed()
    warm = {endpoint for traffic in world.balancers.traffic.values() for endpoint in traffic.in_slot(GREEN_ONLY.stable)}
    world.balancers.down = warm
    with pytest.raises(WarmIsDown):
        undo(world)
    assert world.routings == {BLUE_ONLY}
    assert world.deploys.live("web").deploy == shipped.id
    assert list(world.deploys.locks) == []
    world.balancers.down = set[Endpoint]()
    assert undo(world).phase is Phase.UNDONE


def test_balancers_that_do_not_answer_at_all_are_told_and_nothing_changes() -> None:
    world, _, _ = committed()
    for name in world.balancers.names:
        world.balancers.unreachable(name)
    with pytest.raises(Unavailable):
        undo(world)
    assert not world.happened(Undoing)


def test_without_warm_containers_the_commit_to_ship_instead_is_named() -> None:
    world = World()
    before = world.make_live()
    world.ship()
    world.commit()
    with pytest.raises(NothingWarm) as caught:
        undo(world)
    assert caught.value.before is not None
    assert caught.value.before.commit == before.commit


def test_the_first_deploy_has_nothing_to_go_back_to() -> None:
    world = World(traffic={"warm": "15m"})
    world.make_live()
    with pytest.raises(NothingWarm):
        undo(world)


def test_an_undo_cannot_be_undone() -> None:
    world, _, _ = committed()
    undo(world)
    with pytest.raises(NothingWarm) as caught:
        undo(world)
    assert caught.value.before is None


def test_once_its_time_is_over_a_warm_release_is_drained_and_removed_and_the_journal_says_so() -> None:
    world, _, shipped = committed()
    world.clock.advance(15 * 60)
    recover(world.restarted())
    world.deploys.warm.wait("web")
    assert world.deploys_on_hosts() == {shipped.id}
    assert [event for event in world.happened(Drained) if event.deploy == shipped.id]
    with pytest.raises(NothingWarm):
        undo(world)


def test_a_deploy_that_needs_the_slot_retires_the_warm_release_and_says_so() -> None:
    world, before, shipped = committed()
    world.green("next")
    following = world.ship("next")
    assert world.deploys_on_hosts() == {shipped.id, following.id}
    (drained,) = [event for event in world.happened(Drained) if event.deploy == shipped.id]
    assert drained.slot is before.slot
    with pytest.raises(NothingWarm):
        undo(world)


def test_a_ship_that_the_checks_refuse_leaves_the_warm_release_alone() -> None:
    world, before, _ = committed()
    world.code.commit("red")
    world.ship("red")
    assert world.happened(DeployRefused)
    assert undo(world).live.deploy == before.id


def test_while_the_next_deploy_of_the_app_is_checked_the_undo_names_it() -> None:
    world, _, _ = committed()
    world.green("next")
    held = world.code.hold("statuses")
    shipping = in_background(lambda: world.ship("next"))
    assert held.reached.wait(5)
    with pytest.raises(LockHeld):
        undo(world)
    world.abort()
    result_of(shipping)
    held.release.set()
    assert undo(world).phase is Phase.UNDONE


def test_an_abort_of_an_undo_comes_too_late() -> None:
    world, _, _ = committed()
    world.balancers.hold()
    undoing = in_background(lambda: undo(world))
    assert world.balancers.holding.wait(5)
    with pytest.raises(TooLate):
        world.abort()
    world.balancers.release()
    assert result_of(undoing).phase is Phase.UNDONE


def test_a_balancer_that_loses_its_state_after_an_undo_gets_the_undone_one() -> None:
    world, _, _ = committed()
    undo(world)
    wanted = world.balancers.traffic["lb1"]
    for deploys in (world.deploys, world.restarted()):
        world.balancers.traffic["lb1"] = type(wanted)(BLUE_ONLY)
        Reconciler(deploys).look(world.site)
        assert world.balancers.traffic["lb1"] == wanted


def test_two_people_who_undo_at_once_undo_once() -> None:
    world, _, _ = committed()
    world.balancers.hold()
    first, second = in_background(lambda: undo(world)), in_background(lambda: undo(world))
    assert world.balancers.holding.wait(5)
    gevent.sleep(0)
    world.balancers.release()
    outcomes = [result_of(first), result_of(second)]
    assert sum(isinstance(outcome, Deploy) for outcome in outcomes) == 1
    assert len(world.happened(Undoing)) == 1
