"""The second person: no public traffic before somebody else has agreed, and none once that does not hold any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.deploys.steps import climbing
from shippy.deploys.steps.approving import approve
from shippy.deploys.watch.climber import Climber
from shippy.errors import ApprovalMissing, NobodyToApprove, NothingToApprove, OwnApproval, WrongPhase
from shippy.events import ApprovalAsked, Committing, Entry, Event, MergeFailed, RampStopped, ShareChanging
from shippy.model import ALL, NONE, Deploy, HostStep, Level, Person, Phase, Rule, Share
from tests.deploys.climbs import EVERY, shares
from tests.fakes.journal import FakeJournal
from tests.world import DANA, KIM, THREAD, World, app_settings, in_background, result_of

LEE = Person("U3", "lee")
ALWAYS: Mapping[str, Any] = {"always": True}
LASTS = 4 * 3600.0
MONDAY, SUNDAY = datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)


def world_with(warm: str = "0s", **rule: Any) -> World:
    """Something is live, and an app's deploys are under a rule from now on."""
    world = World(approval=rule, traffic={"warm": warm})
    world.green("before")
    world.ship("before")
    approve(world.deploys, "web", LEE, None)
    world.commit()
    del world.code.branches["feature-x"]
    world.green("feature-x")
    return world


def shipped(warm: str = "0s", **rule: Any) -> World:
    world = world_with(warm, **rule)
    world.ship()
    return world


def agree(world: World, by: Person = KIM, login: str | None = None) -> Deploy:
    return approve(world.deploys, "web", by, login)[1]


def asked(world: World) -> list[Rule]:
    """What asks for somebody, as it was told last."""
    return [reason.rule for reason in world.happened(ApprovalAsked)[-1].reasons]


def running(world: World) -> Deploy:
    (session,) = world.deploys.locks
    return session.deploy


def green_again(world: World) -> None:
    for context in world.site.settings.checks.statuses:
        world.code.set_status(world.code.branches["feature-x"], context)


def test_without_a_rule_nobody_is_asked_and_nothing_is_there_to_approve() -> None:
    world = World()
    world.ship()
    with pytest.raises(NothingToApprove):
        agree(world)
    world.rollout(5)
    assert world.happened(ApprovalAsked) == []
    assert world.commit().phase is Phase.COMMITTED


def test_nothing_goes_up_before_somebody_else_has_agreed_and_everything_after() -> None:
    world = shipped(**ALWAYS)
    assert asked(world) == [Rule.ALWAYS]
    moved = len(world.happened(ShareChanging))
    acts: list[Callable[[], object]] = [lambda: world.rollout(5), lambda: world.rollout(100), world.commit]
    for act in acts:
        with pytest.raises(ApprovalMissing):
            act()
    assert (running(world).phase, running(world).share) == (Phase.VERIFYING, NONE)
    assert len(world.happened(ShareChanging)) == moved
    agree(world)
    assert world.rollout(5).share == Share.of_percent(5)
    assert world.commit().phase is Phase.COMMITTED


def test_who_is_asked_hears_of_it_once_and_not_with_every_refusal() -> None:
    world = shipped(**ALWAYS)
    before = len(world.happened(ApprovalAsked))
    for _ in range(3):
        with pytest.raises(ApprovalMissing):
            world.rollout(5)
    assert len(world.happened(ApprovalAsked)) == before


def test_an_abort_and_a_lower_share_need_nobody() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    world.rollout(50)
    world.clock.advance(LASTS)
    assert world.rollout(25).share == Share.of_percent(25)
    assert world.rollout(0).share == NONE
    assert world.abort().phase is Phase.ABORTED


def test_an_undo_needs_nobody() -> None:
    world = shipped(always=True, warm="15m")
    agree(world)
    world.commit()
    assert world.deploys.undo("web", DANA, "")[1].phase is Phase.UNDONE


def test_what_somebody_says_holds_as_long_as_the_config_says() -> None:
    world = shipped(always=True, lasts="10m")
    agree(world)
    world.clock.advance(599)
    world.rollout(5)
    world.clock.advance(1)
    with pytest.raises(ApprovalMissing) as caught:
        world.rollout(10)
    assert caught.value.before == KIM
    agree(world, LEE)
    assert world.rollout(10).share == Share.of_percent(10)


def test_that_it_holds_no_longer_is_told_once() -> None:
    world = shipped(**ALWAYS)
    before = len(world.happened(ApprovalAsked))
    agree(world)
    world.clock.advance(LASTS)
    for _ in range(3):
        with pytest.raises(ApprovalMissing):
            world.rollout(10)
    assert len(world.happened(ApprovalAsked)) == before + 1


# Who may not


def test_the_owner_may_not() -> None:
    world = shipped(**ALWAYS)
    with pytest.raises(OwnApproval) as caught:
        agree(world, DANA)
    assert caught.value.now
    with pytest.raises(ApprovalMissing):
        world.rollout(5)


def test_neither_may_who_has_taken_it_over_nor_who_it_was_taken_from() -> None:
    world = shipped(**ALWAYS)
    world.deploys.take_over("web", KIM, "lunch")
    for owner, now in ((KIM, True), (DANA, False)):
        with pytest.raises(OwnApproval) as caught:
            agree(world, owner)
        assert caught.value.now is now
    agree(world, LEE)
    assert world.rollout(5).share == Share.of_percent(5)


def test_neither_may_a_second_account_of_the_owner() -> None:
    world = world_with(**ALWAYS)
    world.deploys.ship("web", "feature-x", DANA, THREAD, "Dana-GH")
    with pytest.raises(OwnApproval):
        agree(world, Person("U9", "somebody"), "dana-gh")
    agree(world, KIM, "kim-gh")
    world.rollout(5)


def test_neither_may_the_shell_where_nobody_can_tell_who_it_is() -> None:
    world = shipped(**ALWAYS)
    with pytest.raises(NobodyToApprove):
        agree(world, Person("local:root", "root", local=True))


@pytest.mark.parametrize("login", [None, "kim-gh"])
def test_who_has_approved_and_takes_it_over_has_not_approved_any_more(login: str | None) -> None:
    world = shipped(**ALWAYS)
    agree(world, KIM, login)
    world.rollout(5)
    taker = KIM if login is None else Person("U9", "another account of kim")
    world.deploys.take_over("web", taker, "lunch", login)
    with pytest.raises(ApprovalMissing):
        world.rollout(10)
    assert world.rollout(0).share == NONE
    agree(world, LEE)
    world.rollout(10)


def test_a_takeover_by_a_third_person_leaves_it_approved() -> None:
    world = shipped(**ALWAYS)
    agree(world, KIM)
    world.deploys.take_over("web", LEE, "lunch")
    assert world.rollout(5).share == Share.of_percent(5)


def test_it_is_for_this_deploy_and_not_for_the_next_one_of_the_same_commit() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    world.abort()
    world.ship()
    with pytest.raises(ApprovalMissing):
        world.rollout(5)


def test_there_is_nothing_to_approve_before_there_is_something_to_look_at() -> None:
    world = world_with(**ALWAYS)
    held = world.fleet.host["web1"].hold(HostStep.CHECKING)
    shipping = in_background(world.ship)
    assert held.reached.wait(10)
    with pytest.raises(WrongPhase):
        agree(world)
    held.release()
    result_of(shipping)


# What asks


def test_files_ask_by_their_names() -> None:
    world = world_with(paths=["migrations/"])
    world.code.touch("feature-x", "migrations/2026/7.sql", "README.md")
    green_again(world)
    world.ship()
    assert asked(world) == [Rule.PATHS]
    (reason,) = world.happened(ApprovalAsked)[-1].reasons
    assert reason.detail == "it changes migrations/2026/7.sql"
    with pytest.raises(ApprovalMissing):
        world.rollout(5)


def test_other_files_ask_for_nobody_and_github_is_not_asked_again() -> None:
    world = world_with(paths=["migrations/"])
    world.code.touch("feature-x", "README.md")
    green_again(world)
    world.ship()
    world.code.go_down()
    assert world.rollout(5).share == Share.of_percent(5)


def test_files_that_cannot_be_told_ask_for_somebody() -> None:
    world = world_with(paths=["migrations/"])
    world.code.tells_all_files = False
    world.ship()
    assert asked(world) == [Rule.PATHS]
    first = World(approval={"paths": ["migrations/"]})
    first.ship()
    assert asked(first) == [Rule.PATHS]


def test_going_back_over_files_that_ask_does_so_too() -> None:
    world = World(approval={"paths": ["migrations/"]})
    old = world.green("old")
    world.ship("old")
    agree(world)
    world.commit()
    world.code.commit("new")
    world.code.touch("new", "migrations/2026/7.sql")
    world.green("new")
    world.ship("new")
    agree(world)
    world.commit()
    world.ship(old)
    assert asked(world) == [Rule.PATHS]


@pytest.mark.parametrize(("most", "asks"), [(3, False), (2, True)])
def test_many_commits_ask(most: int, asks: bool) -> None:
    world = world_with(commits_above=most)
    world.green("feature-x")
    world.ship()
    assert asked(world) == ([Rule.COMMITS_ABOVE] if asks else [])


def test_skipped_checks_ask_and_an_override_that_skips_none_does_not() -> None:
    for state, rules in (("failure", [Rule.OVERRIDES]), ("success", [])):
        world = world_with(overrides=True)
        levels = world.site.settings.checks.levels
        levels["ci/build"] = Level.SKIPPABLE
        world.code.set_status(world.code.branches["feature-x"], "ci/build", state)
        world.deploys.ship("web", "feature-x", DANA, THREAD, override="a hotfix")
        assert asked(world) == rules


HOURS = {"zone": "Europe/Berlin", "hours": "Mon-Fri 08:00-18:00"}


def test_off_hours_ask_when_the_traffic_moves_and_not_when_it_is_shipped() -> None:
    world = World(approval={"off_hours": HOURS})
    world.clock.set(SUNDAY)
    world.ship()
    assert asked(world) == [Rule.OFF_HOURS]
    with pytest.raises(ApprovalMissing):
        world.rollout(5)
    world.clock.set(MONDAY)
    assert world.rollout(5).share == Share.of_percent(5)
    world.clock.set(MONDAY.replace(hour=16))
    with pytest.raises(ApprovalMissing):
        world.rollout(10)


def test_all_at_once_asks_and_a_step_before_it_does_not() -> None:
    world = shipped(at_once=True)
    assert asked(world) == []
    acts: list[Callable[[], object]] = [lambda: world.rollout(100), world.commit]
    for act in acts:
        with pytest.raises(ApprovalMissing):
            act()
        assert asked(world) == [Rule.AT_ONCE]
    assert world.rollout(5).share == Share.of_percent(5)
    assert world.rollout(100).share == ALL
    assert world.commit().phase is Phase.COMMITTED


def test_what_is_asked_for_on_top_is_told_with_all_of_it() -> None:
    world = shipped(always=True, at_once=True)
    with pytest.raises(ApprovalMissing) as caught:
        world.rollout(100)
    assert [reason.rule for reason in caught.value.reasons] == [Rule.ALWAYS, Rule.AT_ONCE]
    assert asked(world) == [Rule.ALWAYS, Rule.AT_ONCE]
    agree(world)
    assert world.rollout(100).share == ALL


# What goes on by itself


def begin(world: World, *percents: float) -> None:
    climbing.begin(world.deploys, "web", shares(*percents), EVERY, DANA)


def after(world: World, seconds: float) -> Share:
    """The share, once so much more time has gone by and the climber has looked."""
    world.clock.advance(seconds)
    Climber(world.deploys).look(world.site)
    return running(world).share


def test_a_climb_does_not_begin_before_somebody_has_agreed() -> None:
    world = shipped(**ALWAYS)
    with pytest.raises(ApprovalMissing):
        begin(world, 5, 25)
    assert running(world).ramp is None
    assert world.happened(RampStopped) == []


def test_a_climb_ends_where_what_somebody_has_said_holds_no_longer() -> None:
    world = shipped(always=True, lasts="6m")
    agree(world)
    begin(world, 5, 25, 50)
    assert after(world, EVERY) == Share.of_percent(25)
    assert after(world, EVERY) == Share.of_percent(25)
    assert running(world).ramp is None
    assert "somebody else has to approve it first" in world.happened(RampStopped)[-1].reason


def test_a_share_that_is_refused_leaves_a_climb_as_it_is() -> None:
    world = shipped(off_hours=HOURS)
    world.clock.set(MONDAY)
    begin(world, 5, 25)
    world.clock.set(MONDAY.replace(hour=20))
    with pytest.raises(ApprovalMissing):
        world.rollout(10)
    assert running(world).ramp is not None


def test_a_way_down_goes_on_though_nobody_agrees_any_more() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    begin(world, 50, 25, 0)
    world.clock.advance(LASTS)
    assert after(world, EVERY) == Share.of_percent(25)
    assert after(world, EVERY) == NONE


def test_a_commit_in_flight_moves_no_traffic_once_its_approver_takes_it_over() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    held = world.code.hold("standing")
    committing = in_background(world.commit)
    assert held.reached.wait(10)
    world.deploys.take_over("web", KIM, "lunch")
    held.release.set()
    assert isinstance(result_of(committing), ApprovalMissing)
    assert (running(world).phase, running(world).share) == (Phase.VERIFYING, NONE)


def test_a_commit_that_a_restarted_daemon_goes_on_with_needs_it_too() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    world.rollout(100)
    (session,) = world.deploys.locks
    session.record(Committing(*session.key, by=DANA))
    world.clock.advance(LASTS)
    gevent.joinall(recover(world.restarted()), raise_error=True)
    assert running(world).phase is Phase.UNMERGED
    assert "somebody else has to approve it first" in world.happened(MergeFailed)[-1].reason
    agree(world, LEE)
    assert world.commit().phase is Phase.COMMITTED


def test_a_restarted_daemon_knows_who_has_agreed() -> None:
    world = shipped(**ALWAYS)
    agree(world)
    gevent.joinall(recover(world.restarted()), raise_error=True)
    assert world.rollout(5).share == Share.of_percent(5)


def test_a_deploy_from_before_the_rule_is_under_it_as_soon_as_it_is_there() -> None:
    world = World()
    world.ship()
    world.site = replace(world.site, settings=app_settings(approval=ALWAYS))
    gevent.joinall(recover(world.restarted()), raise_error=True)
    with pytest.raises(ApprovalMissing):
        world.rollout(5)
    assert asked(world) == [Rule.ALWAYS]


# At once


class Interrupted(FakeJournal):
    """A journal in which something else is written just before somebody is asked."""

    meanwhile: Callable[[], object] | None = None

    def append(self, event: Event) -> Entry:
        if isinstance(event, ApprovalAsked) and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        return super().append(event)


def test_a_word_that_comes_while_somebody_is_being_asked_counts() -> None:
    world = World(approval={"at_once": True})
    world.journal = journal = Interrupted(world.clock)
    world.restarted()
    world.ship()
    journal.meanwhile = lambda: agree(world)
    assert world.rollout(100).share == ALL


def test_a_rollout_beside_an_approval_goes_through_whole_or_not_at_all() -> None:
    world = shipped(**ALWAYS)
    both = [in_background(lambda: world.rollout(25)), in_background(lambda: agree(world))]
    rolled = result_of(both[0])
    result_of(both[1])
    through = not isinstance(rolled, ApprovalMissing)
    assert running(world).share == (Share.of_percent(25) if through else NONE)
    assert {traffic.routing.share for traffic in world.balancers.traffic.values()} == {running(world).share}
