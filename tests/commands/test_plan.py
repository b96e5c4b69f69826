"""`plan` tells what `ship` would do, and does nothing."""

from __future__ import annotations

from datetime import timedelta

from shippy.answers import PlanReport, Told
from shippy.config.schema import People
from shippy.errors import (
    ChecksBlocked,
    FromFork,
    ImageNotFound,
    LockHeld,
    NotYourTurn,
    ShipsClosed,
    UnclearProduction,
    UnknownRef,
)
from shippy.events import CommandEnded, CommandReceived, HostReady, ImageResolved, LeftoversRemoved, Preparing, Resolved
from shippy.model import NONE, Author, BalancerPlan, HostStep, Release, Slot
from tests.commands.desk import Desk
from tests.fakes.chat import FakeDirectory
from tests.fakes.hosts import name_of
from tests.world import DANA, KIM, THREAD, World

SETS_OUT_TO_READ = {"resolve", "containers", "statuses", "compare"}


def planned(desk: Desk, text: str = "plan feature-x") -> PlanReport:
    report = desk.answer(text)
    assert isinstance(report, PlanReport)
    return report


def said(desk: Desk, text: str = "plan feature-x") -> list[str]:
    return desk.says(text).splitlines()


def with_leftovers() -> Desk:
    """Something is live, and an ended deploy has left a container on web2 in the slot that is free."""
    desk = Desk()
    live = desk.world.make_live()
    assert live.image
    desk.world.fleet.host["web2"].place(Release("web", "ended", "0" * 40, live.image, Slot.BLUE))
    return desk


def test_nothing_is_written_anywhere() -> None:
    desk = with_leftovers()
    world = desk.world
    entries, traffic, containers = len(world.journal.entries), dict(world.balancers.traffic), world.deploys_on_hosts()
    images = {name: dict(host.images) for name, host in world.fleet.host.items()}
    world.fleet.calls.clear()
    world.balancers.calls.clear()
    world.code.calls.clear()
    heard = len(world.listener.entries)

    planned(desk)

    assert [type(entry.event) for entry in world.journal.entries[entries:]] == [CommandReceived, CommandEnded]
    assert {name for name, _ in world.fleet.calls} <= SETS_OUT_TO_READ
    assert {name for name, _ in world.code.calls} <= SETS_OUT_TO_READ | {"login_of"}
    assert world.balancers.calls == []
    assert world.balancers.traffic == traffic
    assert world.deploys_on_hosts() == containers
    assert {name: dict(host.images) for name, host in world.fleet.host.items()} == images
    assert len(world.listener.entries) == heard
    assert list(world.deploys.locks) == []


def test_what_is_planned_is_what_ship_then_does() -> None:
    desk = with_leftovers()
    report = planned(desk)
    told = desk.answer("ship feature-x")
    assert isinstance(told, Told)
    world, deploy = desk.world, told.deploy
    resolved = world.happened(Resolved)[-1]
    assert report.resolved is not None
    assert (report.resolved.revision, report.resolved.live) == (resolved.revision, resolved.live)
    assert (report.resolved.commits, report.resolved.diff_url) == (resolved.commits, resolved.diff_url)
    assert report.image == world.happened(ImageResolved)[-1].image
    assert report.results == deploy.checks
    assert {host.host for host in report.hosts} == set(world.happened(Preparing)[-1].hosts)
    assert {host.host: {one.name for one in host.removed} for host in report.hosts if host.removed} == {
        event.host: set(event.containers) for event in world.happened(LeftoversRemoved)
    }
    started = {one.host: one.name.replace(deploy.id, "…") for one in world.fleet.containers_of(deploy.id)}
    assert {host.host: host.container for host in report.hosts} == started
    for balancer in report.balancers:
        assert (balancer.candidate, balancer.share) == (deploy.slot, deploy.share)
        now = world.balancers.traffic[balancer.balancer]
        assert {host for slot, host in balancer.joining} == {one.host for one in now.in_slot(balancer.candidate)}
    assert {event.endpoint.host for event in world.happened(HostReady)} >= {host.host for host in report.hosts}


def test_each_host_and_balancer_is_told_with_what_would_change_there() -> None:
    desk = with_leftovers()
    old = name_of(Release("web", "ended", "0" * 40, desk.world.fleet.resolve("x:1"), Slot.BLUE), "web2")
    report = planned(desk)
    assert report.balancers == tuple(
        BalancerPlan(name, Slot.GREEN, Slot.BLUE, tuple((Slot.BLUE, f"web{number}") for number in (1, 2, 3)))
        for name in ("lb1", "lb2")
    )
    text = said(desk)
    assert "web1: shippy-web-blue-…-web1 would start." in text
    assert f"web2: shippy-web-blue-…-web2 would start; {old} would be removed." in text
    assert (
        "lb1 and lb2: the servers of web1, web2 and web3 would join the slot blue; the slot blue is reached through "
        f"the VIP and gets {NONE} of the public traffic; green stays the stable one." in text
    )
    assert "Told: the deploy's channel, by its message; dana, when it is ready or fails." in text
    assert text[-1] == "Nothing stands in the way."


def test_a_warm_release_that_has_the_slot_is_told_and_stays() -> None:
    desk = Desk(World(traffic={"warm": "1h"}))
    before = desk.world.make_live()
    desk.world.ship()
    desk.world.commit()
    desk.world.green("feature-y")
    report = planned(desk, "plan feature-y")
    assert report.warm == before.commit
    assert all({one.deploy for one in host.removed} == {before.id} for host in report.hosts)
    assert len(list(desk.world.deploys.warm)) == 1
    assert before.id in desk.world.deploys_on_hosts()


def test_who_would_be_told_of_a_commit_are_the_authors_whom_the_chat_knows() -> None:
    directory = FakeDirectory(emails={"U2": "kim@example.com"})
    desk = Desk(directory=directory, people=People())
    desk.world.make_live()
    desk.world.code.commit("feature-x", author=Author("kim-gh", "Kim", "kim@example.com"))
    desk.world.code.commit("feature-x", author=Author("lee-gh", "Lee", "lee@example.com"))
    assert planned(desk).authors == ("kim-gh",)
    assert (
        "Told: the deploy's channel, by its message; dana, when it is ready or fails, and kim-gh of a commit."
        in said(desk)
    )


# What stands in the way


def test_the_lock_that_somebody_else_holds_is_told_and_the_rest_all_the_same() -> None:
    desk = Desk()
    desk.world.make_live()
    desk.world.ship()
    desk.world.green("feature-y")
    report = planned(desk, "plan feature-y")
    assert [type(each) for each in report.obstacles] == [LockHeld]
    assert len(report.hosts) == 3


def test_a_closed_lock_and_somebody_elses_turn_are_told_and_nothing_is_ended_by_looking() -> None:
    desk = Desk()
    waiting, clock = desk.world.deploys.waiting, desk.world.clock
    waiting.close("production", KIM, "the database moves", clock.now() + timedelta(hours=1))
    assert [type(each) for each in planned(desk).obstacles] == [ShipsClosed]
    clock.advance(3601)
    assert planned(desk).obstacles == ()
    assert waiting.of("production").closure is not None, "whoever ships ends it"
    waiting.look_at_all()
    waiting.join("production", KIM, THREAD)
    assert [type(each) for each in planned(desk).obstacles] == [NotYourTurn]
    clock.advance(901)
    assert planned(desk).obstacles == ()
    assert waiting.of("production").queue == (KIM,)


def test_a_turn_that_was_not_taken_is_that_of_the_next_in_line() -> None:
    desk = Desk()
    waiting = desk.world.deploys.waiting
    for person in (KIM, DANA):
        waiting.join("production", person, THREAD)
    assert [type(each) for each in planned(desk).obstacles] == [NotYourTurn]
    desk.world.clock.advance(901)
    assert planned(desk).obstacles == ()


def test_checks_and_a_missing_image_are_told_as_what_they_are() -> None:
    desk = Desk()
    commit = desk.world.code.branches["feature-x"]
    desk.world.code.set_status(commit, "ci/build", "failure", "2 tests are red")
    desk.world.fleet.missing.add(desk.world.site.settings.image.replace("{commit}", commit))
    report = planned(desk)
    assert isinstance(report.image, ImageNotFound)
    assert len(ChecksBlocked(report.results).blocking) == 1
    text = said(desk)
    assert any(line.startswith("✗ ci/build: failed, 2 tests are red") for line in text)
    assert "- 1 of 3 checks is in the way." in text
    assert text[-1].startswith("- There is no image ")


def test_hosts_and_balancers_that_cannot_be_asked_are_told_with_what_that_means() -> None:
    desk = Desk()
    desk.world.make_live()
    desk.world.fleet.host["web2"].reachable = False
    desk.world.balancers.unreachable("lb2")
    text = said(desk)
    assert text[-3:] == [
        "In the way:",
        "- Only 2 hosts of 3 can be asked, and 3 must come up.",
        "- Every balancer must take a change, and lb2 cannot be asked.",
    ]


def test_where_nobody_can_tell_what_is_live_that_stands_in_the_way() -> None:
    desk = Desk()
    desk.world.make_live()
    desk.world.journal.entries.clear()
    desk.world.restarted()
    desk.world.fleet.host["web1"].fail(HostStep.CONNECTING, "does not answer")
    report = planned(desk)
    assert [type(each) for each in report.obstacles] == [UnclearProduction]
    assert (report.resolved, report.hosts, report.balancers) == (None, (), ())
    assert len(report.results) == 3


def test_a_ref_that_stands_for_nothing_is_refused_as_ship_would_refuse_it() -> None:
    assert isinstance(Desk().answer("plan nope"), UnknownRef)


def test_a_commit_of_a_fork_is_refused_as_ship_would_refuse_it() -> None:
    desk = Desk()
    desk.world.code.open_pull_of_fork(12, "kim/web", "feature-z")
    assert isinstance(desk.answer("plan #12"), FromFork)


def test_whoever_may_not_ship_may_ask() -> None:
    desk = Desk(people=People.model_validate({"ship": {"users": [KIM.id]}}))
    assert isinstance(desk.answer("plan feature-x", DANA), PlanReport)


def test_who_else_has_to_agree_is_told() -> None:
    desk = Desk(World(approval={"always": True}))
    assert planned(desk).approval
    assert any("somebody else would have to approve it" in line for line in said(desk))
