"""Each way to the bot has its own way back: an emoji, a reply in the thread, or words that one person sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shippy.answers import HelpPage, Told
from shippy.backoff import Backoff
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.incoming.requests import Requests
from shippy.chat.outgoing.outbox import Outbox
from shippy.errors import NothingRunning, StaleButton
from shippy.events import (
    Aborted,
    Committed,
    DeployRefused,
    Entry,
    Event,
    Failed,
    MergeFailed,
    ShareChanged,
    TakenOver,
    Undone,
)
from shippy.model import ALL, NONE, Person, Place
from shippy.ports import Request
from tests.chat.examples import ALICE, NOON, deploy_in, render
from tests.fakes.board import FakeBoard

KEY = ("d1", "web")
TYPED = Message("C1", "U1", "shippy status", "1.1")
IN_A_THREAD = Message("C1", "U1", "shippy status", "1.5", thread="1.1")
DIRECT = Message("D1", "U1", "status", "1.1", direct=True)
PRESSED = Pressed("C1/1.1/2.2/U1", "U1", "C1", 2.2, "rollout 25", "d1", "1.1")
SLASHED = Slash("C1/slash/E1", "U1", "C1", 2.2, "status")


class Desk:
    def __init__(self) -> None:
        self.board = FakeBoard()
        self.outbox = Outbox(self.board, backoff=Backoff(0.01, 0.02))
        self.outbox.start()
        self._requests = Requests(self.outbox, {"U1": "alice"}.__getitem__, render)

    def request(self, inbound: Inbound) -> Request:
        return self._requests.of(inbound, "status")

    def said(self) -> list[tuple[str, str, str | None]]:
        """All that was said by now."""
        self.outbox.stop(5)
        return self.board.said


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.outbox.stop(1)


def told(event: Event) -> Told:
    return Told(Entry(1, NOON, event), deploy_in(Place("C1", "1.1")))


@pytest.mark.parametrize(
    ("inbound", "place", "expects"),
    [
        (TYPED, Place("C1", "1.1"), None),
        (IN_A_THREAD, Place("C1", "1.1"), None),
        (DIRECT, Place("D1", direct=True), None),
        (PRESSED, Place("C1", "1.1"), "d1"),
        (SLASHED, Place("C1"), None),
        (Slash("D1/slash/E1", "U1", "D1", 2.2, "status"), Place("D1", direct=True), None),
    ],
)
def test_a_request_knows_who_where_and_about_which_deploy(
    desk: Desk, inbound: Inbound, place: Place, expects: str | None
) -> None:
    request = desk.request(inbound)
    assert (request.id, request.text, request.place, request.expects) == (inbound.key, "status", place, expects)
    assert request.person == Person(ALICE.id, "alice")


@pytest.mark.parametrize(
    ("event", "emoji"),
    [
        (ShareChanged(*KEY, ALICE, NONE, ALL), "white_check_mark"),
        (Committed(*KEY), "white_check_mark"),
        (TakenOver(*KEY, by=ALICE, before=ALICE, reason=""), "white_check_mark"),
        (Undone(*KEY), "white_check_mark"),
    ],
)
def test_what_the_deploys_message_shows_is_answered_with_an_emoji_under_the_command(
    desk: Desk, event: Event, emoji: str
) -> None:
    desk.request(IN_A_THREAD).answer(told(event))
    assert desk.said() == [("C1", f":{emoji}:", "1.5")]


@pytest.mark.parametrize(
    "event",
    [
        DeployRefused(*KEY, "a check"),
        Failed(*KEY, "no host"),
        MergeFailed(*KEY, "conflict"),
        Aborted(*KEY),
    ],
)
def test_what_the_deploy_has_not_become_is_a_cross_whoever_has_seen_to_that(desk: Desk, event: Event) -> None:
    desk.request(IN_A_THREAD).answer(replace(told(event), reached=False))
    assert desk.said() == [("C1", ":x:", "1.5")]


def test_reports_and_errors_are_said_in_the_thread_of_the_command(desk: Desk) -> None:
    desk.request(TYPED).answer(HelpPage(()))
    desk.request(DIRECT).answer(NothingRunning("rollout"))
    assert desk.said() == [("C1", "answered HelpPage", "1.1"), ("D1", "answered NothingRunning", None)]


def test_a_button_that_worked_needs_no_answer_and_one_that_did_not_is_told_to_who_pressed_it(desk: Desk) -> None:
    desk.request(PRESSED).answer(told(Committed(*KEY)))
    desk.request(PRESSED).answer(StaleButton("rollout"))
    assert desk.said() == [("C1 to U1", "answered StaleButton", "1.1")]


def test_a_slash_command_is_answered_so_that_nobody_else_sees_it(desk: Desk) -> None:
    desk.request(SLASHED).answer(HelpPage(()))
    desk.request(SLASHED).answer(told(Committed(*KEY)))
    assert desk.said() == [("C1 to U1", "answered HelpPage", None), ("C1 to U1", "answered Told", None)]
