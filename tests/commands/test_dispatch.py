"""The way of one command: journalled, allowed, run, answered; and no error gets past it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gevent
import pytest
from gevent.event import Event as Flag

from shippy.answers import Answer, StatusReport, Told
from shippy.commands.table import VERBS
from shippy.commands.verb import Context
from shippy.config.schema import People
from shippy.errors import (
    InternalError,
    JournalFailed,
    LeaseLost,
    LockHeld,
    NotAllowed,
    NothingRunning,
    NotUnderstood,
    ShippyError,
    ShuttingDown,
    StaleButton,
    Unavailable,
)
from shippy.events import CommandEnded, CommandReceived, DeployEvent, Event, Prepared, Started
from shippy.model import HostStep, Phase, Place
from shippy.ports import Request
from tests.commands.desk import ELSEWHERE, ROOT, SHELL, Desk
from tests.fakes.chat import FakeDirectory, FakeRequest
from tests.fakes.journal import FakeJournal
from tests.world import DANA, KIM, THREAD, World


def commands(desk: Desk) -> list[Event]:
    return [event for event in desk.world.journal.events if isinstance(event, CommandReceived | CommandEnded)]


def last_outcome(desk: Desk) -> tuple[str, str]:
    ended = commands(desk)[-1]
    assert isinstance(ended, CommandEnded)
    return ended.outcome, ended.why


def test_a_command_is_journalled_before_it_is_run_and_after() -> None:
    desk = Desk()
    request = desk.type("ship feature-x")
    events = desk.world.journal.events
    assert events[0] == CommandReceived(request.id, DANA, THREAD, "ship feature-x")
    assert isinstance(events[1], Started)
    assert events[-1] == CommandEnded(request.id, "done")


class Seeing(FakeRequest):
    """Knows how many entries the journal had when it was answered."""

    def __init__(self, journal: FakeJournal, text: str) -> None:
        super().__init__(text, DANA, THREAD)
        self._journal = journal
        self.before = -1

    def answer(self, answer: Answer | ShippyError) -> None:
        super().answer(answer)
        self.before = len(self._journal.entries)


@pytest.mark.parametrize("text", [verb.name for verb in VERBS.values() if verb.asks] + ["hello", "", "help nothing"])
def test_what_only_asks_is_journalled_as_a_whole_behind_its_answer(text: str) -> None:
    desk = Desk()
    request = Seeing(desk.world.journal, text)
    desk.dispatcher.handle(request)
    assert request.before == 0
    received, ended = desk.world.journal.entries
    assert received.event == CommandReceived(request.id, DANA, THREAD, text)
    assert isinstance(ended.event, CommandEnded)


@pytest.mark.parametrize("text", [verb.name for verb in VERBS.values() if not verb.asks])
def test_what_acts_is_journalled_before_it_is_run_even_where_it_is_refused(text: str) -> None:
    desk = Desk()
    request = Seeing(desk.world.journal, text)
    desk.dispatcher.handle(request)
    assert request.before >= 1
    assert desk.world.journal.events[0] == CommandReceived(request.id, DANA, THREAD, text)


@pytest.mark.parametrize("text", ["status", "hello", "ship feature-x"])
def test_whoever_has_lost_the_journal_answers_nothing(text: str) -> None:
    desk = Desk()
    desk.world.journal.lost = True
    request = FakeRequest(text)
    with pytest.raises(LeaseLost):
        desk.dispatcher.handle(request)
    assert not request.answers


@pytest.mark.parametrize("text", ["status", "ship feature-x"])
def test_what_a_stop_of_the_daemon_cuts_off_is_answered_too_and_has_not_done_what_it_should(text: str) -> None:
    def wait(_: Request) -> Context:
        begun.set()
        gevent.sleep(60.0)
        raise AssertionError("nobody has stopped it")

    desk, begun, request = Desk(), Flag(), FakeRequest(text)
    running = gevent.spawn(replace(desk.dispatcher, context=wait).handle, request)
    assert begun.wait(5)
    running.kill()
    assert (request.answers, last_outcome(desk)[0], request.closed.is_set()) == ([ShuttingDown()], "refused", True)


@pytest.mark.parametrize(
    ("text", "outcome", "why"),
    [
        ("status", "done", ""),
        ("hello", "refused", '"hello": that is no command'),
        ("rollout 25", "refused", "there is no running deploy to roll out"),
        ("ship nope", "refused", 'there is no branch, pull request or commit "nope"'),
        ("status api", "refused", 'there is no app "api", only web'),
    ],
)
def test_every_command_is_journalled_with_how_it_ended_refusals_too(text: str, outcome: str, why: str) -> None:
    desk = Desk()
    desk.type(text)
    assert isinstance(commands(desk)[0], CommandReceived)
    ended, reason = last_outcome(desk)
    assert ended == outcome
    assert reason.startswith(why)
    assert bool(reason) is bool(why)


def test_a_deploy_that_fails_ends_its_command_as_failed() -> None:
    desk = Desk()
    for host in desk.world.fleet.host.values():
        host.fail(HostStep.STARTING, "no such command", 127)
    desk.type("ship feature-x")
    assert last_outcome(desk)[0] == "failed"


def test_an_expected_error_is_answered_and_its_command_ends() -> None:
    assert isinstance(Desk().answer("good morning"), NotUnderstood)
    assert isinstance(Desk().answer("abort"), NothingRunning)
    down = Desk()
    down.world.code.go_down()
    assert isinstance(down.answer("checks feature-x"), Unavailable)
    assert last_outcome(down) == ("failed", "GitHub is not available: no answer within 10 s")


def test_a_command_that_is_not_allowed_does_nothing() -> None:
    desk = Desk(people=People.model_validate({"ship": {"users": [KIM.id]}}))
    assert isinstance(desk.answer("ship feature-x"), NotAllowed)
    assert not desk.world.happened(Started)
    assert isinstance(desk.answer("status"), StatusReport)
    assert last_outcome(desk) == ("done", "")


def test_a_chat_that_cannot_tell_who_is_in_a_group_lets_nobody_ship() -> None:
    people = People.model_validate({"ship": {"usergroups": ["S1"]}})
    desk = Desk(people=people, directory=FakeDirectory(gone=True))
    assert isinstance(desk.answer("ship feature-x"), Unavailable)
    assert not desk.world.happened(Started)
    assert isinstance(desk.answer("ship feature-x", ROOT, SHELL), Told)
    assert desk.world.happened(Prepared)


class Broken:
    """A code host with a bug."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(name)


def test_a_bug_is_logged_with_its_traceback_and_answered_and_the_next_command_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    desk.add_app("api")
    object.__setattr__(desk.world.deploys.site("api"), "code", Broken())
    request = desk.type("checks feature-x api")
    assert request.answers == [InternalError(request.id)]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert request.id in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert last_outcome(desk)[0] == "bug"
    assert isinstance(desk.answer("status web"), StatusReport)


@pytest.mark.parametrize("place", [THREAD, ELSEWHERE, SHELL])
def test_whoever_drives_a_deploy_is_answered_with_what_came_of_it_wherever_they_are(place: Place) -> None:
    desk = Desk()
    for text, phase in (("ship feature-x", Phase.VERIFYING), ("rollout 25", Phase.ROLLING), ("abort", Phase.ABORTED)):
        told = desk.answer(text, KIM, place)
        assert isinstance(told, Told)
        assert told.deploy.phase is phase


def running(desk: Desk) -> str:
    """Ship a branch, and return the id of its deploy."""
    desk.type("ship feature-x")
    return desk.world.deploys.recent(1)[0].id


def test_a_button_of_the_running_deploy_is_the_command_that_it_stands_for() -> None:
    desk = Desk()
    deploy = running(desk)
    told = desk.press("rollout 25", deploy)
    assert isinstance(told, Told)
    assert (told.deploy.id, told.deploy.phase) == (deploy, Phase.ROLLING)


@pytest.mark.parametrize("text", ["rollout 100", "commit", "abort", "retry", "takeover lunch"])
def test_a_button_of_a_deploy_that_has_ended_does_nothing_to_the_next_one(text: str) -> None:
    desk = Desk()
    ended = running(desk)
    desk.type("abort")
    assert isinstance(desk.press(text, ended), StaleButton)
    before = desk.world.deploys.recent(1)[0] if running(desk) != ended else None
    assert isinstance(desk.press(text, ended, KIM), StaleButton)
    assert desk.world.deploys.recent(1)[0] == before
    assert last_outcome(desk)[0] == "refused"


def test_a_stale_button_says_so_where_its_app_cannot_be_told_any_more() -> None:
    desk = Desk()
    ended = running(desk)
    desk.type("abort")
    desk.add_app("api")
    assert isinstance(desk.press("commit", ended), StaleButton)


def test_a_ship_that_somebody_else_aborts_has_not_become_what_was_asked_for() -> None:
    desk = Desk()
    hold = desk.world.fleet.host["web1"].hold(HostStep.CHECKING)
    shipping = desk.begin("ship feature-x")
    assert hold.reached.wait(5)
    aborted = desk.answer("abort", KIM)
    shipping.get(timeout=5)
    assert isinstance(aborted, Told)
    assert aborted.reached
    outcomes = sorted(event.outcome for event in commands(desk) if isinstance(event, CommandEnded))
    assert outcomes == ["aborted", "done"]


def test_the_button_that_undoes_belongs_to_a_deploy_that_is_committed_and_has_left_something_warm() -> None:
    desk = Desk(World(traffic={"warm": "15m"}))
    desk.add_app("api")
    desk.world.make_live()
    desk.type("ship feature-x web")
    deploy = desk.world.deploys.recent(1)[0].id
    assert isinstance(desk.press("undo", deploy), StaleButton)
    desk.type("commit web")
    assert isinstance(desk.press("rollout 50", deploy), StaleButton)
    told = desk.press("undo", deploy, KIM)
    assert isinstance(told, Told)
    assert (told.deploy.id, told.deploy.phase) == (deploy, Phase.UNDONE)
    assert isinstance(desk.press("undo", deploy), StaleButton)


def test_the_button_that_undoes_never_undoes_a_later_deploy() -> None:
    desk = Desk(World(traffic={"warm": "15m"}))
    before, first = desk.world.make_live(), desk.world.make_live("feature-x")
    second = desk.world.make_live("next")
    for ended in (before, first):
        assert isinstance(desk.press("undo", ended.id), StaleButton)
    assert desk.world.deploys.live("web").deploy == second.id


@dataclass
class SlowDirectory(FakeDirectory):
    """Something happens before it answers."""

    meanwhile: Callable[[], None] = lambda: None

    def members(self, usergroup: str) -> frozenset[str]:
        self.meanwhile()
        return super().members(usergroup)


def test_a_button_whose_deploy_ends_while_the_rights_are_asked_for_does_nothing_to_the_next_one() -> None:
    desk = Desk()
    deploy = running(desk)

    def another_begins() -> None:
        desk.world.abort()
        desk.world.ship()

    directory = SlowDirectory({"S1": frozenset({KIM.id})}, meanwhile=another_begins)
    slow = Desk(desk.world, People.model_validate({"ship": {"usergroups": ["S1"]}}), directory)
    assert isinstance(slow.press("rollout 100", deploy, KIM), StaleButton)
    assert desk.world.deploys.recent(1)[0].phase is Phase.VERIFYING


def test_with_a_broken_journal_one_can_look_and_abort_and_not_ship(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    live = desk.world.make_live()
    desk.type("ship feature-x")
    desk.world.journal.fail()
    assert isinstance(desk.answer("status"), StatusReport)
    assert isinstance(desk.answer("rollout 25"), JournalFailed)
    desk.type("abort")
    assert desk.world.deploys_on_hosts() == {live.id}
    assert isinstance(desk.answer("ship feature-x"), JournalFailed)
    assert desk.world.deploys_on_hosts() == {live.id}
    assert list(desk.world.deploys.locks) == []
    assert "not journalled" in caplog.text


def test_a_refusal_in_one_thread_does_not_end_a_deploy_in_another() -> None:
    desk = Desk()
    desk.type("ship feature-x")
    assert isinstance(desk.answer("ship feature-x", KIM, ELSEWHERE), LockHeld)
    started = [event for event in desk.world.journal.events if isinstance(event, DeployEvent) and event.ends]
    assert started == []
