"""The ways to ship: past checks that may be skipped, and once those that are pending are green."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gevent
from gevent.event import Event

from shippy.deploys.recovery import recover
from shippy.deploys.steps.checking import LOOK_AGAIN_SECONDS
from shippy.errors import LockHeld
from shippy.events import ChecksReported, DeployRefused, ImagePulled, Preparing, Started, WaitingForChecks
from shippy.model import CheckResult, Deploy, HostStep, Level, Phase, Verdict, only_pending
from tests.fakes.clock import FakeClock
from tests.world import DANA, GREEN_ONLY, THREAD, World, in_background, result_of

QA = "qa/sign-off"


class SteppingClock(FakeClock):
    """Each sleep waits until it is let go, with `let_pass`."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeping, self._go = Event(), Event()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._go.clear()
        self.sleeping.set()
        assert self._go.wait(10)
        self.advance(seconds)

    def let_pass(self) -> None:
        """Let the sleep that somebody is in come to its end, and wait for the next one, for a while."""
        self.sleeping.clear()
        self._go.set()
        self.sleeping.wait(0.5)


def unsigned(**settings: Any) -> World:
    """A branch that only the sign-off is missing of, which may be skipped."""
    keys = {"statuses": ["ci/build", QA], "levels": {QA: "skippable"}} | settings
    world = World(SteppingClock(), checks=keys)
    world.code.set_status(world.code.branches["feature-x"], QA, "pending")
    return world


def ship(world: World, **how: Any) -> Deploy:
    return world.deploys.ship("web", "feature-x", DANA, THREAD, **how)[1]


def sign_off(world: World, state: str = "success") -> None:
    world.code.set_status(world.code.branches["feature-x"], QA, state)


def result(deploy: Deploy, name: str) -> CheckResult:
    (found,) = (check for check in deploy.checks if check.name == name)
    return found


# Past checks that may be skipped


def test_a_check_that_may_be_skipped_is_with_a_reason_that_the_journal_keeps() -> None:
    world = unsigned()
    deploy = ship(world, override="a hotfix")
    assert deploy.phase is Phase.VERIFYING
    assert (result(deploy, QA).verdict, result(deploy, QA).skipped) == (Verdict.PENDING, True)
    (started,) = world.happened(Started)
    assert started.override == "a hotfix"
    (reported,) = world.happened(ChecksReported)
    assert [check.name for check in reported.results if check.skipped] == [QA]


def test_a_check_that_failed_or_cannot_be_read_is_skipped_as_well_and_one_that_passed_is_not() -> None:
    for state, skipped in (("failure", True), ("success", False)):
        world = unsigned()
        sign_off(world, state)
        assert result(ship(world, override="a hotfix"), QA).skipped is skipped


def test_a_required_check_is_never_skipped() -> None:
    world = unsigned()
    world.code.set_status(world.code.branches["feature-x"], "ci/build", "failure")
    deploy = ship(world, override="a hotfix")
    assert deploy.phase is Phase.REFUSED
    assert (result(deploy, "ci/build").skipped, result(deploy, QA).skipped) == (False, True)
    assert deploy.reason.startswith("1 of 3 checks is in the way:\n✗ ci/build")
    assert world.fleet.containers_of(deploy.id) == []


def test_without_a_reason_nothing_is_skipped() -> None:
    world = unsigned()
    assert ship(world).phase is Phase.REFUSED


def test_an_override_gets_past_no_lock_and_makes_no_image() -> None:
    world = unsigned()
    world.fleet.missing.add(world.site.settings.image.replace("{commit}", world.code.branches["feature-x"]))
    refused = ship(world, override="a hotfix")
    assert refused.phase is Phase.REFUSED
    assert "there is no image" in refused.reason
    world.fleet.missing.clear()
    ship(world, override="a hotfix")
    assert isinstance(result_of(in_background(lambda: ship(world, override="once more"))), LockHeld)


# Once they are green


def clock_of(world: World) -> SteppingClock:
    assert isinstance(world.clock, SteppingClock)
    return world.clock


def waiting(world: World) -> gevent.Greenlet[..., Any]:
    """A deploy that waits for its checks, in the background."""
    shipping = in_background(lambda: ship(world, when_green=True))
    assert clock_of(world).sleeping.wait(5)
    return shipping


def let_pass(world: World) -> None:
    clock_of(world).let_pass()


def test_a_deploy_waits_for_pending_checks_and_goes_on_when_they_are_green() -> None:
    world = unsigned()
    shipping = waiting(world)
    let_pass(world)
    assert not shipping.ready()
    (session,) = world.deploys.locks
    assert session.deploy.waiting_until is not None
    sign_off(world)
    let_pass(world)
    deploy = result_of(shipping)
    assert deploy.phase is Phase.VERIFYING
    assert result(deploy, QA).passed
    assert world.clock.slept == [LOOK_AGAIN_SECONDS] * 2
    assert len(world.happened(ChecksReported)) == 2, "what has not changed is not recorded again"


def test_nobody_else_gets_the_lock_meanwhile() -> None:
    world = unsigned()
    shipping = waiting(world)
    assert isinstance(result_of(in_background(world.ship)), LockHeld)
    sign_off(world)
    let_pass(world)
    result_of(shipping)


def test_it_stops_when_a_check_fails() -> None:
    world = unsigned()
    shipping = waiting(world)
    sign_off(world, "failure")
    let_pass(world)
    deploy = result_of(shipping)
    assert deploy.phase is Phase.REFUSED
    assert deploy.reason.startswith("1 of 3 checks is in the way:\n✗ qa/sign-off")
    assert list(world.deploys.locks) == []


def test_it_stops_when_its_time_is_over_and_says_so() -> None:
    world = unsigned(wait="15s")
    shipping = waiting(world)
    let_pass(world)
    let_pass(world)
    deploy = result_of(shipping)
    assert deploy.phase is Phase.REFUSED
    assert deploy.reason.startswith("1 of 3 checks is in the way, after 15 s of waiting:\n… qa/sign-off")
    assert world.clock.slept == [10.0, 5.0]


def test_what_github_does_not_tell_for_a_moment_is_asked_again() -> None:
    world = unsigned()
    shipping = waiting(world)
    world.code.go_down()
    let_pass(world)
    assert not shipping.ready()
    world.code.come_back()
    sign_off(world)
    let_pass(world)
    assert result_of(shipping).phase is Phase.VERIFYING


def test_a_check_that_has_failed_is_not_waited_for() -> None:
    world = unsigned()
    world.code.set_status(world.code.branches["feature-x"], "ci/build", "failure")
    assert ship(world, when_green=True).phase is Phase.REFUSED
    assert not world.happened(WaitingForChecks)


def test_nothing_is_waited_for_where_all_is_green() -> None:
    world = unsigned()
    sign_off(world)
    assert ship(world, when_green=True).phase is Phase.VERIFYING
    assert not world.happened(WaitingForChecks)


def test_an_abort_stops_the_waiting_at_once() -> None:
    world = unsigned()
    shipping = waiting(world)
    assert world.abort().phase is Phase.ABORTED
    assert result_of(shipping).phase is Phase.ABORTED
    assert not world.happened(Preparing)
    assert list(world.deploys.locks) == []


def test_an_image_that_was_built_while_its_checks_were_pending_is_found() -> None:
    world = unsigned()
    reference = world.site.settings.image.replace("{commit}", world.code.branches["feature-x"])
    world.fleet.missing.add(reference)
    shipping = waiting(world)
    world.fleet.missing.clear()
    sign_off(world)
    let_pass(world)
    deploy = result_of(shipping)
    assert deploy.phase is Phase.VERIFYING, deploy.reason


def test_a_restart_ends_the_waiting_and_frees_the_lock() -> None:
    world = unsigned()
    shipping = waiting(world)
    world.deploys.suspend()
    result_of(shipping)
    deploys = world.restarted()
    gevent.joinall(recover(deploys), raise_error=True)
    (deploy,) = deploys.recent(1)
    assert deploy.phase is Phase.REFUSED
    assert deploy.pulled == ("web1", "web2", "web3")
    assert list(deploys.locks) == []


def test_balancers_are_held_to_what_is_recorded_meanwhile() -> None:
    world = unsigned()
    shipping = waiting(world)
    assert not world.deploys.locks.moves_traffic("web")
    sign_off(world)
    let_pass(world)
    result_of(shipping)


# What a refusal leaves


def test_the_image_is_pulled_while_the_checks_run() -> None:
    world = World()
    statuses = world.code.hold("statuses")
    pull = world.fleet.host["web1"].hold(HostStep.PULLING)
    shipping = in_background(world.ship)
    assert statuses.reached.wait(5)
    assert pull.reached.wait(5)
    assert not world.happened(ChecksReported)
    pull.release()
    statuses.release.set()
    assert result_of(shipping).phase is Phase.VERIFYING
    assert not world.happened(ImagePulled), "it is in use then"


def test_a_refusal_leaves_no_container_and_tells_which_hosts_have_the_image() -> None:
    world = World()
    world.make_live()
    sign_off(world, "failure")
    pull = world.fleet.host["web3"].hold(HostStep.PULLING)
    statuses = world.code.hold("statuses")
    shipping = in_background(world.ship)
    assert statuses.reached.wait(5)
    assert pull.reached.wait(5)
    statuses.release.set()
    deploy = result_of(shipping)
    assert deploy.phase is Phase.REFUSED
    assert set(deploy.pulled) == {"web1", "web2"}
    kinds = [type(event) for event in world.journal.events[-2:]]
    assert kinds == [ImagePulled, DeployRefused]
    assert world.fleet.containers_of(deploy.id) == []
    assert world.routings == {GREEN_ONLY}
    pull.release()


def test_nothing_is_told_of_an_image_that_no_host_has() -> None:
    world = World()
    sign_off(world, "failure")
    for host in world.fleet.host.values():
        host.fail(HostStep.PULLING, "no space left")
    deploy = world.ship()
    assert deploy.phase is Phase.REFUSED
    assert deploy.pulled == ()
    assert not world.happened(ImagePulled)


def test_only_what_time_may_bring_counts_as_pending() -> None:
    pending = CheckResult("a", Verdict.PENDING, "")
    advice = CheckResult("b", Verdict.FAILED, "", level=Level.ADVICE)
    assert only_pending([pending, advice])
    assert not only_pending([pending, replace(pending, verdict=Verdict.UNREADABLE)])
    assert not only_pending([advice])
    assert not only_pending([replace(pending, skipped=True)])
