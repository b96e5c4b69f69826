"""`logs`: whose lines are shown, and how many."""

from __future__ import annotations

from shippy.answers import LogsReport
from shippy.chat import markup
from shippy.errors import HostFailed, NothingToRead, UnknownApp, UnknownHost
from shippy.model import HostStep
from shippy.sentences import render
from tests.commands.desk import Desk
from tests.fakes.hosts import FakeHost


def logs(desk: Desk, text: str = "logs") -> LogsReport:
    answer = desk.answer(text)
    assert isinstance(answer, LogsReport)
    return answer


def desk_with_live() -> Desk:
    desk = Desk()
    desk.world.make_live()
    return desk


def test_while_a_deploy_runs_the_new_containers_are_shown() -> None:
    desk = desk_with_live()
    desk.type("ship feature-x")
    report = logs(desk)
    assert report.new
    assert report.commit == desk.world.deploys.recent(1)[0].commit
    assert report.hosts == dict.fromkeys(("web1", "web2", "web3"), ("it listens on 8080",))


def test_otherwise_the_live_ones_are() -> None:
    desk = desk_with_live()
    report = logs(desk)
    assert not report.new
    assert report.commit == desk.world.deploys.live("web").commit
    assert set(report.hosts) == {"web1", "web2", "web3"}


def test_before_anything_was_shipped_there_is_nothing_to_read() -> None:
    assert Desk().answer("logs") == NothingToRead("web")


def test_a_named_host_shows_more_lines_and_no_other_host() -> None:
    desk = desk_with_live()
    desk.world.fleet.host["web2"].said = tuple(f"line {number}" for number in range(100))
    assert logs(desk, "logs WEB2").hosts == {"web2": tuple(f"line {number}" for number in range(80, 100))}
    assert logs(desk).hosts["web2"] == tuple(f"line {number}" for number in range(95, 100))


def test_of_many_hosts_the_first_are_shown_and_the_rest_counted() -> None:
    desk = Desk()
    desk.world.fleet.host = {name: FakeHost(name, "10.0.1.1") for name in map("web{}".format, range(20))}
    desk.world.make_live()
    report = logs(desk)
    assert (len(report.hosts), report.left_out) == (8, 12)


def test_a_host_that_is_not_there_is_named_with_those_that_are() -> None:
    assert desk_with_live().answer("logs web9") == UnknownHost("web9", ("web1", "web2", "web3"))


def test_a_host_that_does_not_answer_holds_up_no_other() -> None:
    desk = desk_with_live()
    desk.world.fleet.host["web2"].reachable = False
    report = logs(desk)
    assert report.hosts["web2"] == HostFailed("web2", HostStep.CONNECTING, "does not answer (connection refused)")
    assert report.hosts["web1"] == ("it listens on 8080",)


def test_with_two_apps_the_name_of_one_says_which() -> None:
    desk = desk_with_live()
    desk.add_app("api")
    assert desk.answer("logs web1") == UnknownApp(None, ("web", "api"))
    assert set(logs(desk, "logs web1 web").hosts) == {"web1"}
    assert set(logs(desk, "logs web").hosts) == {"web1", "web2", "web3"}


def test_what_an_app_writes_stays_code_in_slack_and_mentions_nobody() -> None:
    report = LogsReport("web", "c" * 40, new=True, hosts={"web1": ("*bold* ```x``` <!here> @channel",)})
    shown = markup.message(render(report, bot="shippy", quote=markup.fenced))
    _, code, after = shown.split("```")
    assert "*bold*" in code
    assert "&lt;!here&gt;" in code
    assert "@channel" not in shown
    assert after == ""
