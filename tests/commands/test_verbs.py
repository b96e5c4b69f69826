"""What each command does with the deploys, where that is more than to pass it on."""

from __future__ import annotations

import pytest

from shippy.answers import ChecksReport, DiffReport, HistoryReport, HostsReport, StatusReport, Told
from shippy.commands.status import Status
from shippy.errors import HostFailed, ShipsClosed, UnclearProduction, UnknownApp
from shippy.events import Aborting, DeployEvent, Drifted, Event, Part, Started
from shippy.model import HostStep, Phase
from tests.commands.desk import ELSEWHERE, ROOT, SHELL, Desk
from tests.fakes.chat import FakeRequest
from tests.world import DANA, KIM


def two_apps(**settings: object) -> Desk:
    desk = Desk()
    desk.add_app("api", **settings)
    return desk


# Which app


@pytest.mark.parametrize("text", ["ship feature-x", "checks feature-x", "diff feature-x", "hosts"])
def test_with_one_app_its_name_is_left_out_and_with_two_it_is_asked_for(text: str) -> None:
    assert not isinstance(next(iter(Desk().type(text).answers), None), UnknownApp)
    assert two_apps().answer(text) == UnknownApp(None, ("web", "api"))
    assert not two_apps().world.happened(Started)


def test_an_app_that_is_not_there_is_named_with_those_that_are() -> None:
    assert two_apps().answer("ship feature-x wbe") == UnknownApp("wbe", ("web", "api"))


@pytest.mark.parametrize("text", ["rollout 25", "rollout 5 25 every 5m", "commit", "abort"])
def test_what_is_about_the_running_deploy_finds_its_app_by_itself(text: str) -> None:
    desk = two_apps()
    desk.type("ship feature-x api")
    told = desk.answer(text, place=ELSEWHERE)
    assert isinstance(told, Told)
    assert told.deploy.app == "api"


def test_a_climb_is_held_and_let_go_by_two_words() -> None:
    desk = Desk()
    desk.type("ship feature-x")
    assert desk.says("pause").startswith("There is nothing to pause: the share does not climb by itself.")
    for text in ("rollout 5 25 every 5m", "pause", "resume"):
        told = desk.answer(text, place=ELSEWHERE)
        assert isinstance(told, Told)
        assert told.deploy.ramp is not None
        assert (told.deploy.ramp.due is None) is (text == "pause")


def test_an_app_ahead_of_the_reason_tells_which_of_several_locks_is_closed_and_which_deploy_is_taken_over() -> None:
    desk = two_apps(lock="another")
    for text in ("lock the database is moved", "lock api"):
        assert desk.answer(text) == UnknownApp(None, ("web", "api"))
    assert ": the database is moved.\n" in desk.says("lock api the database is moved for 2h")
    assert isinstance(desk.answer("ship feature-x api"), ShipsClosed)
    desk.type("unlock api")
    for app in ("api", "web"):
        desk.type(f"ship feature-x {app}")
    assert desk.answer("takeover dana is away", KIM) == UnknownApp(None, ("web", "api"))
    told = desk.answer("takeover api dana is away", KIM, ELSEWHERE)
    assert isinstance(told, Told)
    assert (told.deploy.app, told.deploy.owner) == ("api", KIM)


def test_with_one_app_a_reason_may_begin_with_its_name() -> None:
    assert "web is moved" in Desk().says("lock web is moved")


def test_with_two_running_deploys_the_app_is_asked_for() -> None:
    desk = two_apps(lock="another")
    desk.type("ship feature-x api")
    desk.type("ship feature-x web")
    assert desk.answer("rollout 25") == UnknownApp(None, ("web", "api"))
    told = desk.answer("rollout 25 web", place=ELSEWHERE)
    assert isinstance(told, Told)
    assert told.deploy.app == "web"


def test_with_two_running_deploys_a_button_is_about_the_one_whose_message_it_is_on() -> None:
    desk = two_apps(lock="another")
    for app in ("api", "web"):
        desk.type(f"ship feature-x {app}")
    for deploy in desk.world.deploys.recent(2):
        told = desk.press("rollout 25", deploy.id)
        assert isinstance(told, Told)
        assert told.deploy.id == deploy.id


# ship


def test_a_deploy_from_the_shell_needs_no_chat() -> None:
    desk = Desk()
    desk.type("ship feature-x", ROOT, SHELL)
    deploy = desk.world.deploys.recent(1)[0]
    assert (deploy.place, deploy.phase) == (SHELL, Phase.VERIFYING)


# abort


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abort", ""),
        ("abort web", ""),
        ("abort the header looks wrong", "the header looks wrong"),
        ("abort WEB the header", "the header"),
        ("abort Websites are down", "Websites are down"),
    ],
)
def test_abort_takes_the_app_and_the_reason_either_of_them_or_none(text: str, reason: str) -> None:
    desk = Desk()
    desk.type("ship feature-x")
    desk.type(text, KIM)
    (aborting,) = desk.world.happened(Aborting)
    assert (aborting.reason, aborting.by) == (reason, KIM)
    assert desk.world.deploys.recent(1)[0].phase is Phase.ABORTED


# What changes nothing


def deploy_events(desk: Desk) -> list[Event]:
    return [event for event in desk.world.journal.events if isinstance(event, DeployEvent)]


@pytest.mark.parametrize("text", ["status", "hosts", "history", "checks feature-x", "diff feature-x", "help"])
def test_looking_changes_nothing(text: str) -> None:
    desk = Desk()
    live = desk.world.make_live()
    before = (dict(desk.world.balancers.traffic), desk.world.deploys_on_hosts(), len(desk.world.balancers.calls))
    happened = deploy_events(desk)
    desk.answer(text)
    after = (dict(desk.world.balancers.traffic), desk.world.deploys_on_hosts(), len(desk.world.balancers.calls))
    assert after == before
    assert after[1] == {live.id}
    assert deploy_events(desk) == happened


def test_checks_and_diff_are_of_what_ship_would_take() -> None:
    desk = Desk()
    live = desk.world.make_live()
    checks, diff = desk.answer("checks feature-x"), desk.answer("diff feature-x")
    assert isinstance(checks, ChecksReport)
    assert [result.name for result in checks.results] == ["ci/build", "qa/sign-off", "up to date"]
    assert isinstance(diff, DiffReport)
    assert diff.comparison is not None
    assert (diff.comparison.base, diff.comparison.head) == (live.commit, desk.world.code.branches["feature-x"])


def test_a_diff_with_nothing_live_has_nothing_to_compare_with() -> None:
    diff = Desk().answer("diff feature-x")
    assert isinstance(diff, DiffReport)
    assert diff.comparison is None


@pytest.mark.parametrize(
    ("text", "count"), [("history", 3), ("history 2", 2), ("history 1 web", 1), ("history api", 0)]
)
def test_history_shows_as_many_as_asked_for_newest_first(text: str, count: int) -> None:
    desk = Desk()
    for branch in ("one", "two", "three"):
        desk.world.code.commit(branch)
        desk.type(f"ship {branch}")
    desk.add_app("api")
    report = desk.answer(text)
    assert isinstance(report, HistoryReport)
    assert [deploy.ref for deploy in report.deploys] == ["three", "two", "one"][:count]


# status and hosts on a bad day


def test_status_tells_of_a_deploy_in_the_middle_of_its_preparation() -> None:
    desk = Desk()
    hold = desk.world.fleet.host["web1"].hold(HostStep.CHECKING)
    desk.world.fleet.host["web2"].hold(HostStep.CHECKING)
    shipping = desk.begin("ship feature-x")
    assert hold.reached.wait(5)
    report = desk.answer("status")
    assert isinstance(report, StatusReport)
    (app,) = report.apps
    assert app.deploy is not None
    assert (app.deploy.phase, app.deploy.owner) == (Phase.PREPARING, DANA)
    desk.type("abort")
    shipping.join(timeout=5)


def test_status_asks_no_host_while_a_deploy_looks_at_all_of_them() -> None:
    desk = Desk()
    live = desk.world.make_live()
    hold = desk.world.fleet.host["web1"].hold(HostStep.CONNECTING)
    shipping = desk.begin("ship feature-x")
    assert hold.reached.wait(5)
    report = Status(within=0.05).run(desk.context(FakeRequest("status")))
    assert report.apps[0].live is not None
    assert (report.apps[0].live.commit, report.apps[0].drift) == (live.commit, None)
    desk.type("abort")
    shipping.join(timeout=5)


def test_status_asks_no_host_while_a_deploy_is_at_work_on_all_of_them() -> None:
    desk = Desk()
    live = desk.world.make_live()
    hold = desk.world.fleet.host["web1"].hold(HostStep.CHECKING)
    shipping = desk.begin("ship feature-x")
    assert hold.reached.wait(5)
    desk.world.fleet.host["web2"].reachable = False
    report = desk.answer("status")
    assert isinstance(report, StatusReport)
    assert report.apps[0].live is not None
    assert report.apps[0].live.commit == live.commit
    assert report.apps[0].drift is None
    desk.type("abort")
    shipping.join(timeout=5)


def test_status_tells_what_is_not_as_it_should_be() -> None:
    desk = Desk()
    away = Drifted("web", Part.BALANCER, "lb1", "connection refused")
    desk.world.deploys.seen(away)
    report = desk.answer("status")
    assert isinstance(report, StatusReport)
    assert report.apps[0].wrong == (away,)


def test_status_names_who_has_the_lock_that_another_app_needs() -> None:
    desk = two_apps()
    desk.type("ship feature-x api")
    report = desk.answer("status web")
    assert isinstance(report, StatusReport)
    (web,) = report.apps
    assert web.deploy is None
    assert web.waits_for is not None
    assert web.waits_for.app == "api"


def test_status_is_told_with_a_host_that_does_not_answer_and_nothing_known_of_what_is_live() -> None:
    desk = Desk()
    desk.type("ship feature-x")
    desk.world.fleet.host["web1"].reachable = False
    report = desk.answer("status")
    assert isinstance(report, StatusReport)
    (web,) = report.apps
    assert web.live is None
    assert "web1" in (web.drift or "")
    assert web.deploy is not None


def test_status_does_not_wait_for_hosts_that_are_slow() -> None:
    desk = Desk()
    live = desk.world.make_live()
    hold = desk.world.fleet.host["web1"].hold(HostStep.CONNECTING)
    report = Status(within=0.05).run(desk.context(FakeRequest("status")))
    hold.release()
    (web,) = report.apps
    assert web.live is not None
    assert web.live.commit == live.commit
    assert web.drift == "the fleet is not available: no answer within 0.05 s"


def test_hosts_are_shown_even_where_production_is_unclear() -> None:
    desk = Desk()
    desk.world.fleet.host["web2"].reachable = False
    report = desk.answer("hosts")
    assert isinstance(report, HostsReport)
    assert report.live is None
    assert isinstance(report.hosts["web2"], HostFailed)
    assert report.hosts["web1"] == ()
    assert isinstance(desk.answer("diff feature-x"), UnclearProduction)
