"""After an absence, over RTM and Socket Mode alike: what was typed meanwhile is answered once, and not run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import gevent
import pytest

from playground.slack.client import Json
from playground.slack.process import Running
from shippy.events import CommandEnded
from shippy.journal import open_journal
from shippy.model import Place
from shippy.ports import Journal
from tests.chat.rig import TRANSPORTS, Bot, answered, bot, connected, until

UNNOTICED = 0.6
"""Seconds, so that a test need not wait for the usual five."""

LONG = 1.5 * UNNOTICED


@pytest.fixture(params=TRANSPORTS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(slack: Running) -> Running:
    slack.workspace.set(redelivery=[0.3] * 20)
    return slack


@pytest.fixture
def journal() -> Journal:
    return open_journal("sqlite:///:memory:")


@pytest.fixture
def shippy(world: Running, kind: str, journal: Journal) -> Iterator[Bot]:
    with connected(world, kind, journal, UNNOTICED) as shippy:
        yield shippy


def away(world: Running, shippy: Bot, act: Callable[[], object]) -> None:
    """Keep the bot from Slack for long, and do something early on."""
    world.workspace.fault(down=True, cut="rst")
    until(lambda: not shippy.source.connected, "cut off")
    act()
    gevent.sleep(LONG)
    world.workspace.fault(down=False)
    until(lambda: shippy.source.connected, "connected again")


def missed(messages: list[Json]) -> list[Json]:
    return [message for message in messages if message["text"].startswith("missed: ")]


def seconds(answer: Json) -> int:
    found = re.fullmatch(r"missed: (\d+) s", answer["text"])
    assert found
    return int(found[1])


def test_what_was_typed_in_an_absence_is_answered_once_in_its_thread_and_not_run(
    world: Running, shippy: Bot, journal: Journal
) -> None:
    typed = []
    away(world, shippy, lambda: typed.append(world.workspace.type("dana", "shippy abort")))
    (answer,) = world.workspace.wait_for(missed)
    assert answer["thread_ts"] == typed[0]
    assert 1 <= seconds(answer) <= 10
    world.workspace.type("dana", "shippy status")
    answered(world, "from dana: status")
    gevent.sleep(1.0)  # while Socket Mode delivers the abort again
    assert len(missed(world.workspace.messages())) == 1
    assert shippy.texts() == ["status"]
    assert journal.handled(f"C0DEPLOYS1/{typed[0]}")


def test_a_missed_command_is_in_the_journal_as_such(world: Running, shippy: Bot, journal: Journal) -> None:
    away(world, shippy, lambda: world.workspace.type("dana", "shippy abort"))
    world.workspace.wait_for(missed)
    last = journal.last()
    assert last
    assert isinstance(last.event, CommandEnded)
    assert (last.event.outcome, journal.handled(last.event.request)) == ("missed", True)


def test_only_commands_of_those_who_are_let_in_are_answered(world: Running, shippy: Bot) -> None:
    # What is delivered again is as it was before it was edited, and is answered too.
    world.workspace.set(redelivery=[60.0])

    def chat() -> None:
        workspace = world.workspace
        workspace.type("guest", "shippy abort")
        workspace.type("pager", "shippy abort")
        workspace.type("dana", "good morning")
        edited = workspace.type("dana", "shippy abort")
        workspace.edit("dana", edited, "never mind")
        deleted = workspace.type("dana", "shippy abort")
        workspace.delete("dana", deleted)
        workspace.type("dana", "shippy abort", channel="#general")
        workspace.type("kim", "@shippy hosts")

    away(world, shippy, chat)
    world.workspace.wait_for(missed)
    world.workspace.type("dana", "shippy status")
    answered(world, "from dana: status")
    assert len(missed(world.workspace.messages(channel=None))) == 1


def test_what_was_typed_in_the_thread_of_a_running_deploy_is_answered_there(world: Running, shippy: Bot) -> None:
    root = world.workspace.type("dana", "the deploy")
    shippy.threads.append(Place("C0DEPLOYS1", root))
    away(world, shippy, lambda: world.workspace.type("dana", "shippy abort", thread=root))
    (answer,) = world.workspace.wait_for(missed)
    assert answer["thread_ts"] == root
    assert shippy.texts() == []


def test_what_slack_tells_only_late_is_answered_however_short_the_gap_was(world: Running, shippy: Bot) -> None:
    world.workspace.fault(ratelimit={"conversations.history": 1}, retry_after=1)
    world.workspace.set(redelivery=[30.0])
    world.workspace.fault(cut="refuse", times=2)
    world.workspace.type("dana", "shippy abort")
    world.workspace.wait_for(missed)
    assert shippy.texts() == []


def test_more_than_one_page_of_history_is_read(world: Running, shippy: Bot) -> None:
    def chat() -> None:
        world.workspace.type("dana", "shippy abort")
        for number in range(205):
            world.workspace.type("dana", f"chatter {number}")

    away(world, shippy, chat)
    world.workspace.wait_for(missed)


def test_after_a_quick_restart_nothing_is_lost_and_nothing_runs_twice(
    world: Running, kind: str, journal: Journal
) -> None:
    with connected(world, kind, journal) as before:
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")
    world.workspace.type("dana", "shippy hosts")
    with connected(world, kind, journal) as after:
        answered(world, "from dana: hosts")
        world.workspace.type("dana", "shippy queue")
        answered(world, "from dana: queue")
    assert before.texts() == ["status"]
    assert after.texts() == ["hosts", "queue"]


def test_what_was_typed_while_the_daemon_was_not_there_is_answered_once(
    world: Running, kind: str, journal: Journal
) -> None:
    with connected(world, kind, journal, UNNOTICED):
        pass
    typed = world.workspace.type("dana", "shippy abort")
    gevent.sleep(LONG)
    for _ in range(2):
        with connected(world, kind, journal, UNNOTICED) as shippy:
            (answer,) = world.workspace.wait_for(missed)
            assert answer["thread_ts"] == typed
            world.workspace.type("dana", "shippy status")
            until(shippy.texts, "a command")
            assert shippy.texts() == ["status"]
    assert len(missed(world.workspace.messages())) == 1


def test_what_was_typed_while_a_daemon_that_stops_still_recorded_is_answered(
    world: Running, kind: str, journal: Journal
) -> None:
    with connected(world, kind, journal):
        pass
    typed = world.workspace.type("dana", "shippy abort")
    gevent.sleep(1.5)  # more than the edge of a gap
    journal.append(CommandEnded("a command that was under way", "done"))
    with connected(world, kind, journal) as shippy:
        (answer,) = world.workspace.wait_for(missed)
    assert answer["thread_ts"] == typed
    assert shippy.texts() == []


def test_a_first_daemon_owes_nobody_an_answer(world: Running, kind: str) -> None:
    world.workspace.type("dana", "shippy abort")
    gevent.sleep(LONG)
    with bot(world, kind, unnoticed=UNNOTICED) as shippy:
        until(lambda: shippy.source.connected, "connected")
        world.workspace.type("dana", "shippy status")
        answered(world, "from dana: status")
        assert shippy.texts() == ["status"]


def test_the_time_away_is_told_from_the_last_sign_of_life(world: Running, shippy: Bot, journal: Journal) -> None:
    """A connection that has gone silent is only missed after a while: what was typed meanwhile has not been heard."""
    before = shippy.sockets()
    world.workspace.fault(cut="silent")
    world.workspace.type("dana", "shippy abort")
    world.workspace.fault(down=True)
    gevent.sleep(LONG)
    world.workspace.fault(down=False)
    until(lambda: (now := shippy.sockets()) and not set(now) & set(before), "another connection")
    (answer,) = world.workspace.wait_for(missed)
    assert 1 <= seconds(answer) <= 10
    assert journal.handled(f"C0DEPLOYS1/{answer['thread_ts']}")
    assert [text for text in shippy.texts() if text == "abort"] == []
