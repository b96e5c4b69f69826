"""What commands answer, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from shippy.answers import (
    Answer,
    AppStatus,
    ChecksReport,
    CommandHelp,
    DiffReport,
    HelpPage,
    HistoryReport,
    HostsReport,
    LogsReport,
    StatusReport,
    Told,
)
from shippy.errors import HostFailed
from shippy.events import Committed, Drifted, Entry, Part
from shippy.model import Budget, Comparison, Container, Endpoint, HostStep, Level, Live, Person, Phase, Slot, Turns
from shippy.sentences import render
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, CHECKS, CLOSED, COMMIT, DANA, RAMP, RUNNING, setback

LATER = AT + timedelta(minutes=4)
LIVE = Live(Slot.BLUE, "260101-110000-abcd", "1a2b3c4d" + "0" * 32)
UP = replace(
    RUNNING,
    live=LIVE,
    ready=(Endpoint("web1", "10.0.0.11", 1), Endpoint("web3", "10.0.0.13", 1)),
    setbacks=(setback("web2"),),
)
OTHER = replace(RUNNING, app="api")
assert RUNNING.revision is not None
REVISION = RUNNING.revision


def said(answer: Answer) -> str:
    text = render(answer, bot=BOT)
    keep_the_rules(text)
    return text


def status(*apps: AppStatus) -> str:
    return said(StatusReport(LATER, apps))


@pytest.mark.parametrize(
    ("budget", "line"),
    [
        (None, ""),
        (Budget(500, 5000, LATER + timedelta(minutes=5)), ""),
        (Budget(0, 5000, LATER), ""),
        (
            Budget(499, 5000, LATER + timedelta(minutes=5)),
            f"GitHub takes 499 more requests of 5000 until {LATER + timedelta(minutes=5):%H:%M} UTC",
        ),
        (
            Budget(0, 60, LATER + timedelta(minutes=5)),
            f"GitHub takes no more requests of 60 until {LATER + timedelta(minutes=5):%H:%M} UTC",
        ),
    ],
)
def test_the_status_warns_of_a_budget_that_is_nearly_spent(budget: Budget | None, line: str) -> None:
    told = said(StatusReport(LATER, (AppStatus("web", LIVE, None),), budget))
    assert told == status(AppStatus("web", LIVE, None)) + (
        f"\nWatch out: {line}; who else uses the token?" if line else ""
    )


def test_the_status_of_a_running_deploy_is_all_in_one_message() -> None:
    assert status(AppStatus("web", LIVE, UP)) == (
        "web: 1a2b3c4d is live.\n"
        "dana has been shipping feature-x at 9f8e7d6c for 4 min and holds the lock production.\n"
        "Phase: rolling, 25 % of the public traffic, up on web1 and web3, failed on web2.\n"
        "Type `hal rollout` with another share, `hal commit` to finish, or `hal abort`."
    )


def test_the_status_says_how_the_share_climbs_by_itself() -> None:
    ramp = replace(RAMP, due=LATER + timedelta(seconds=100))
    assert status(AppStatus("web", LIVE, replace(UP, ramp=ramp))).splitlines()[3] == (
        "By itself its share goes to 50 % in 1 min, then 100 %: `hal pause` holds it."
    )
    paused = replace(RAMP, due=None, left=200.0, shares=RAMP.shares[:1])
    assert status(AppStatus("web", LIVE, replace(UP, ramp=paused))).splitlines()[3] == (
        "Its climb is paused 3 min before 50 %: `hal resume` goes on with it."
    )


def test_the_status_with_nothing_running_says_how_to_begin() -> None:
    idle = status(AppStatus("web", LIVE, None))
    assert idle == "web: 1a2b3c4d is live. No deploy is running; `hal ship <branch>` begins one."
    assert status(AppStatus("web", Live(Slot.BLUE), None)).startswith("web: nothing is live yet. No deploy is running;")


def test_the_status_says_who_waits_and_who_has_locked_ships() -> None:
    running = status(
        AppStatus("web", LIVE, UP, turns=Turns((Person("U2", "kim"), Person("U3", "lee")), closure=CLOSED))
    )
    assert running.splitlines()[3:5] == [
        "kim has locked ships until 2026-01-01 14:00 UTC: the database moves.",
        "Waiting: kim and lee.",
    ]
    idle = status(AppStatus("web", LIVE, None, turns=Turns(closure=CLOSED)))
    assert idle.startswith("web: 1a2b3c4d is live. No deploy is running; `hal unlock` lets one begin.\nkim has locked")


def test_the_status_of_an_app_whose_lock_another_one_holds_says_who() -> None:
    text = status(AppStatus("web", LIVE, None, waits_for=OTHER))
    assert text == "web: 1a2b3c4d is live. dana holds the lock production, shipping to api."


def test_the_status_says_where_records_disagree_and_what_cannot_be_told() -> None:
    drifted = status(AppStatus("web", LIVE, None, "the hosts run nothing"))
    assert drifted.endswith("\nWatch out: the hosts run nothing.")
    unclear = status(AppStatus("web", None, UP, "web1 does not answer"))
    assert unclear.startswith(
        "web: I cannot tell what is live right now.\nWatch out: web1 does not answer.\ndana has been"
    )


def test_the_status_says_what_is_wrong_with_hosts_and_balancers() -> None:
    wrong = (
        Drifted("web", Part.BALANCER, "lb1", "connection refused."),
        Drifted("web", Part.HOST, "web2", "no answer"),
    )
    assert status(AppStatus("web", LIVE, None, wrong=wrong)).splitlines()[1:] == [
        "Watch out: something is wrong with the balancer lb1: connection refused.",
        "Watch out: something is wrong with the host web2: no answer.",
    ]


def test_every_app_has_its_part_of_the_status() -> None:
    text = status(AppStatus("web", LIVE, None), AppStatus("api", LIVE, OTHER))
    assert [line.split(":")[0] for line in text.splitlines()[:2]] == ["web", "api"]


@pytest.mark.parametrize("phase", [phase for phase in Phase if not phase.ended])
def test_the_status_reads_well_in_every_phase(phase: Phase) -> None:
    early = replace(UP, phase=phase, slot=None, revision=None, ready=(), setbacks=())
    assert f"Phase: {phase}.\n" in status(AppStatus("web", LIVE, early))
    assert f"Phase: {phase}, " in status(AppStatus("web", LIVE, replace(UP, phase=phase)))


def test_checks_end_with_what_they_mean() -> None:
    blocked = said(ChecksReport("web", REVISION, CHECKS))
    assert blocked.splitlines() == [
        "Checks of feature-x at 9f8e7d6c:",
        "✓ ci/build: passed, build 12 is green · https://ci.example.com/12",
        "… qa/sign-off: pending, nothing has reported this status yet",
        "? up to date: unreadable, GitHub is not available: no answer within 10 s",
        "2 of 3 checks are in the way. `hal checks feature-x` looks again.",
    ]
    green = said(ChecksReport("web", REVISION, CHECKS[:1]))
    assert green.endswith("\nNothing is in the way of `hal ship feature-x`.")
    advice = said(ChecksReport("web", REVISION, (replace(CHECKS[1], level=Level.ADVICE), CHECKS[0])))
    assert "… qa/sign-off: pending (advice), nothing" in advice
    assert advice.endswith("\nNothing is in the way of `hal ship feature-x`.")
    assert said(ChecksReport("web", REVISION, ())) == "No checks are configured for web."


def compared(ahead: int, behind: int) -> str:
    comparison = Comparison(LIVE.commit or "", COMMIT, ahead, behind, "https://github.example.com/compare/1")
    return said(DiffReport("web", REVISION, LIVE, comparison))


def test_a_diff_says_how_much_there_is_on_each_side() -> None:
    link = "https://github.example.com/compare/1"
    assert compared(2, 0) == f"feature-x at 9f8e7d6c has 2 commits more than the live 1a2b3c4d: {link}"
    assert compared(1, 3).endswith(f"has 1 commit more than the live 1a2b3c4d and lacks 3 commits of it: {link}")
    assert compared(0, 0) == "feature-x at 9f8e7d6c is what is live: there is no difference."
    assert "nothing is live yet of web" in said(DiffReport("web", REVISION, Live(Slot.BLUE), None))


def test_hosts_are_told_one_container_a_line() -> None:
    live = Container("web1", "c1", "shippy-web", "web", LIVE.deploy or "", LIVE.commit or "", Slot.BLUE, "running")
    old = replace(live, deploy="d0", commit=COMMIT, slot=Slot.GREEN, state="exited")
    hosts: Mapping[str, tuple[Container, ...] | HostFailed] = {
        "web1": (replace(live, endpoint=Endpoint("web1", "10.0.0.11", 32768)), old),
        "web2": (),
        "web3": HostFailed("web3", HostStep.CONNECTING, "does not answer (connection refused)"),
    }
    assert said(HostsReport("web", LIVE, hosts)).splitlines() == [
        "web1: 1a2b3c4d in the slot blue, running at 10.0.0.11:32768, live.",
        "web1: 9f8e7d6c in the slot green, exited, not live.",
        "web2: no container.",
        "web3: does not answer (connection refused).",
    ]
    assert "live" not in said(HostsReport("web", None, hosts))


def test_logs_are_told_host_by_host_and_set_off_from_what_the_bot_says() -> None:
    hosts: dict[str, tuple[str, ...] | HostFailed] = {
        "web1": ("reading the settings", "listening on port 8080"),
        "web2": (),
        "web3": HostFailed("web3", HostStep.CONNECTING, "does not answer (connection refused)"),
    }
    assert said(LogsReport("web", COMMIT, new=True, hosts=hosts, left_out=97)).splitlines() == [
        f"web1, new {COMMIT[:8]}, the last 2 lines:",
        "    reading the settings",
        "    listening on port 8080",
        f"web2, new {COMMIT[:8]}: nothing was written.",
        "web3: does not answer (connection refused).",
        f"And 97 more hosts: `{BOT} logs <host>` shows one.",
    ]


def test_logs_of_containers_that_are_gone_are_told_to_be() -> None:
    told = said(LogsReport("web", COMMIT, new=False, hosts={}))
    assert told == f"No host has a container of the live {COMMIT[:8]} now; `{BOT} hosts` shows what there is."


def test_history_tells_who_what_when_and_how_it_ended() -> None:
    done = replace(UP, ended=LATER, diff_url="https://github.example.com/compare/1")
    deploys = (
        UP,
        replace(done, phase=Phase.COMMITTED, reason="an earlier merge was refused"),
        replace(done, phase=Phase.ABORTED, reason="the header looks wrong."),
        replace(UP, phase=Phase.REFUSED, reason="1 of 3 checks is in the way:\n✗ ci/build: failed", ended=LATER),
    )
    begin = "2026-01-01 12:00 UTC, 4 min ago: dana, feature-x at 9f8e7d6c to web:"
    assert said(HistoryReport(LATER, deploys)).splitlines() == [
        f"{begin} rolling, not ended yet",
        f"{begin} committed · https://github.example.com/compare/1",
        f"{begin} aborted (the header looks wrong) · https://github.example.com/compare/1",
        f"{begin} refused (1 of 3 checks is in the way)",
    ]
    assert said(HistoryReport(LATER, ())) == "Nothing has been shipped yet."


def test_help_is_a_sentence_a_command_and_all_of_one() -> None:
    commit, this = CommandHelp("commit [app]", "finishes it. Merges it, too."), CommandHelp("help [command]", "this.")
    assert said(HelpPage((commit, this))).splitlines() == [
        "`hal commit [app]`: finishes it.",
        "`hal help [command]`: this.",
        "`hal help <command>` tells all of one.",
    ]
    assert said(HelpPage((commit,))) == "`hal commit [app]`: finishes it. Merges it, too."


def test_what_is_told_by_the_deploy_itself_is_not_rendered() -> None:
    with pytest.raises(TypeError, match="narrated"):
        render(Told(Entry(1, AT, Committed("d1", DANA.id)), UP), bot=BOT)
