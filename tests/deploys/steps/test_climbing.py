"""A share that climbs by itself: in its time, held and let go, beside what people type."""

from __future__ import annotations

from dataclasses import replace

import gevent
import pytest

from shippy.config.schema import Nags
from shippy.deploys.recovery import recover
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.deploys.state import after
from shippy.deploys.steps import climbing
from shippy.deploys.watch.climber import Climber
from shippy.deploys.watch.housekeeping import Housekeeping
from shippy.errors import NoRamp, NothingRunning, Preempted, StepInFlight, WrongPhase
from shippy.events import Entry, RampPaused, ShareChanged, StoodStill
from shippy.model import Deploy, HostStep, Phase, Ramp, Routing, Share, Slot
from tests.deploys.climbs import EVERY, Climb, climb, shares
from tests.fakes.balancers import FakeBalancers
from tests.fakes.fleet import FakeFleet
from tests.waiting import eventually
from tests.world import DANA, KIM, THREAD, World, app_settings, in_background, result_of


def test_the_first_share_comes_at_once_and_each_other_one_in_its_time() -> None:
    there = climb()
    assert there.deploy.share == Share.of_percent(5)
    assert there.after(EVERY - 1) == Share.of_percent(5)
    assert there.after(1) == Share.of_percent(25)
    assert there.after(EVERY - 1) == Share.of_percent(25)
    assert there.after(1) == Share.of_percent(50)
    assert there.after(EVERY) == Share.of_percent(100)
    assert there.world.routings == {Routing(Slot.GREEN, Slot.BLUE, Share.of_percent(100))}


def test_a_climb_that_is_at_its_last_share_ends_and_never_commits() -> None:
    there = climb(5, 100)
    there.after(EVERY)
    for _ in range(3):
        there.after(EVERY)
    assert there.ramp is None
    assert there.deploy.phase is Phase.ROLLING
    assert there.reasons == []


def test_it_may_go_down_as_well() -> None:
    there = climb(50, 25, 0)
    assert there.after(EVERY) == Share.of_percent(25)
    assert there.after(EVERY) == Share.of_percent(0)
    assert there.ramp is None


def test_every_step_is_made_by_who_has_set_the_climb() -> None:
    there = climb()
    there.world.deploys.take_over("web", KIM, "lunch")
    there.after(EVERY)
    steps = [event for event in there.world.happened(ShareChanged) if event.climbing]
    assert [event.by for event in steps] == [DANA, DANA]


def test_a_new_climb_takes_the_place_of_the_old_one() -> None:
    there = climb()
    there.after(100)
    there.begin(10, 20, every=60)
    assert there.after(60) == Share.of_percent(20)
    assert there.ramp is None
    assert there.reasons == []


def test_a_pause_holds_it_and_what_was_left_of_the_time_is_left_after_it() -> None:
    there = climb()
    there.after(200)
    there.pause()
    assert there.after(EVERY * 10) == Share.of_percent(5)
    there.resume()
    assert there.after(99) == Share.of_percent(5)
    assert there.after(1) == Share.of_percent(25)
    assert there.after(EVERY) == Share.of_percent(50)


def test_there_is_nothing_to_pause_or_to_resume_where_nothing_climbs() -> None:
    there = Climb()
    for verb in (there.pause, there.resume):
        with pytest.raises(NoRamp) as caught:
            verb()
        assert caught.value.ramp is None
    there.world.abort()
    with pytest.raises(NothingRunning):
        there.pause()


def test_a_paused_one_cannot_be_paused_nor_one_that_goes_on_be_resumed() -> None:
    there = climb()
    with pytest.raises(NoRamp) as running:
        there.resume()
    assert running.value.ramp == there.ramp
    there.pause()
    with pytest.raises(NoRamp) as paused:
        there.pause()
    assert paused.value.ramp == there.ramp


@pytest.mark.parametrize("act", ["pause", "rollout"])
def test_who_types_in_the_moment_of_a_step_is_heard_after_it(act: str) -> None:
    there = climb()
    there.world.balancers.hold()
    there.world.clock.advance(EVERY)
    step = in_background(there.look)
    there.world.balancers.holding.wait(timeout=5)
    typed = in_background(there.pause if act == "pause" else lambda: there.world.rollout(10))
    gevent.sleep(0)
    there.world.balancers.release()
    result_of(step)
    told = result_of(typed)
    assert isinstance(told, Deploy)
    assert told.share == there.deploy.share == Share.of_percent(25 if act == "pause" else 10)
    ramp = there.ramp
    assert (ramp is None) if act == "rollout" else (ramp is not None and ramp.due is None and ramp.left == EVERY)


def test_a_step_waits_for_what_a_person_does_meanwhile_and_the_climb_is_over_then() -> None:
    there = climb()
    there.world.balancers.hold()
    typed = in_background(lambda: there.world.rollout(10))
    there.world.balancers.holding.wait(timeout=5)
    there.after(EVERY)
    there.world.balancers.release()
    result_of(typed)
    assert there.after(EVERY) == Share.of_percent(10)


def test_a_climb_cannot_begin_while_something_else_is_under_way_or_before_there_is_anything() -> None:
    there = Climb()
    there.world.balancers.hold()
    typed = in_background(lambda: there.world.rollout(10))
    there.world.balancers.holding.wait(timeout=5)
    with pytest.raises(StepInFlight):
        there.begin(5, 25)
    there.world.balancers.release()
    result_of(typed)
    assert there.ramp is None

    world = World()
    hold = world.fleet.host["web1"].hold(HostStep.STARTING)
    shipping = in_background(world.ship)
    hold.reached.wait(timeout=5)
    with pytest.raises((WrongPhase, StepInFlight)):
        climbing.begin(world.deploys, "web", shares(5, 25), EVERY, DANA)
    hold.release()
    assert result_of(shipping).ramp is None


def test_a_record_in_which_a_pause_came_in_the_middle_of_a_step_is_one_of_a_paused_climb() -> None:
    there = climb()
    key = (there.deploy.id, "web")
    paused = after(there.deploy, Entry(1, there.world.clock.now(), RampPaused(*key, KIM)))
    five, quarter = shares(5, 25)
    step = ShareChanged(*key, DANA, five, quarter, climbing=True)
    reached = after(paused, Entry(2, there.world.clock.now(), step))
    assert reached.ramp == Ramp(shares(50, 100), EVERY, None, DANA, left=EVERY)
    by_hand = after(paused, Entry(2, there.world.clock.now(), replace(step, climbing=False)))
    assert by_hand.ramp is None


def test_an_abort_in_the_moment_of_the_first_step_is_told_to_who_typed_it() -> None:
    there = Climb()
    there.world.balancers.hold()
    typed = in_background(lambda: there.begin(5, 25))
    there.world.balancers.holding.wait(timeout=5)
    aborting = in_background(there.world.abort)
    gevent.sleep(0)
    there.world.balancers.release()
    assert isinstance(result_of(typed), Preempted)
    assert result_of(aborting).ramp is None


def test_balancers_of_one_app_that_do_not_answer_hold_up_no_other_apps_climb() -> None:
    there = Climb()
    other = Site("api", app_settings(lock="api"), there.world.code, FakeFleet(), FakeBalancers("lb3"))
    deploys = there.world.deploys = Deploys(
        {"web": there.world.site, "api": other}, there.world.journal, there.world.clock, there.world.listener
    )
    gevent.joinall(recover(deploys), raise_error=True)
    deploys.ship("api", "feature-x", KIM, THREAD)
    for app in ("web", "api"):
        climbing.begin(deploys, app, shares(5, 25), EVERY, DANA)
    there.world.clock.advance(EVERY)
    there.world.balancers.hold()
    climber = Climber(deploys)
    running = in_background(climber.run)
    assert there.world.balancers.holding.wait(timeout=5)
    assert eventually(lambda: deploys.locks.running("api", "").deploy.share == Share.of_percent(25), 5)
    there.world.balancers.release()
    climber.stop()
    assert result_of(running) is None


def test_nobody_is_reminded_of_a_deploy_that_climbs_but_of_one_that_is_paused_or_at_the_top() -> None:
    there = Climb()
    there.begin(5, 25, every=7200)
    keeping = Housekeeping(there.world.deploys, Nags(after="30m", every="2h"))  # type: ignore[arg-type] # as in the file
    there.world.clock.advance(7000)
    keeping.look()
    assert there.world.happened(StoodStill) == []
    there.pause()
    there.world.clock.advance(1900)
    keeping.look()
    assert len(there.world.happened(StoodStill)) == 1
    there.resume()
    there.after(200)
    assert there.ramp is None
    there.world.clock.advance(1900)
    keeping.look()
    assert len(there.world.happened(StoodStill)) == 2
