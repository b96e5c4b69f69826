"""Locks and queues, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shippy import events
from shippy.answers import TurnsReport
from shippy.events import Entry
from shippy.model import Deploy, Person, Place, Turns
from shippy.sentences import narrate_lock, render
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, CLOSED, DANA, RUNNING

KIM, LEE = Person("U2", "kim"), Person("U3", "lee")
LATER = AT + timedelta(minutes=4)
NOBODY = Turns()


def said(holder: Deploy | None = None, person: Person = DANA, turns: Turns = NOBODY) -> list[str]:
    text = render(TurnsReport(LATER, "production", holder, turns, person), bot=BOT)
    keep_the_rules(text)
    return text.splitlines()


def test_a_queue_tells_who_has_the_lock_who_waits_and_where_one_stands() -> None:
    queue = Turns((KIM, LEE, DANA))
    holder, waiting, _ = said(RUNNING, KIM, queue)
    assert "dana holds the lock production" in holder
    assert waiting == "Waiting: kim, lee and dana."
    assert said(RUNNING, KIM, queue)[-1].startswith("You are next;")
    assert said(RUNNING, LEE, queue)[-1].startswith("1 is before you;")
    assert said(RUNNING, DANA, queue)[-1].startswith("2 are before you;")
    assert said(RUNNING, Person("U4", "sam"), queue)[-1] == "`hal join` waits for it."


def test_whose_turn_it_is_is_told_how_to_take_it() -> None:
    turns = Turns((KIM, LEE), called=AT)
    assert said(person=KIM, turns=turns)[-1].startswith("It is your turn: `hal ship <branch>`")
    assert said(person=LEE, turns=turns)[-1].startswith("1 is before you;")


def test_a_free_lock_that_nobody_waits_for_is_there_to_be_taken() -> None:
    assert said() == ["The lock production is free.", "`hal ship <branch>` takes it."]


def test_locked_ships_are_told_with_by_whom_until_when_why_and_how_to_lift_it() -> None:
    first, *_, last = said(turns=Turns((KIM,), closure=CLOSED))
    assert first == "kim has locked ships until 2026-01-01 14:00 UTC: the database moves."
    assert "`hal unlock`" in last
    assert said(RUNNING, turns=Turns(closure=CLOSED))[1] == first


@pytest.mark.parametrize(
    "event",
    [
        events.Joined("production", KIM, Place("C1")),
        events.Left("production", KIM, "did not ship when it was their turn"),
        events.TurnCame("production", KIM, Place("C1")),
        events.ShipsLocked("production", DANA, "lunch."),
        events.ShipsLocked("production", DANA, "lunch", AT),
        events.ShipsUnlocked("production", DANA),
    ],
)
def test_what_is_told_of_a_lock_keeps_the_rules(event: events.Event) -> None:
    keep_the_rules(narrate_lock(Entry(1, AT, event), RUNNING, bot=BOT) or "")


def test_who_leaves_by_themselves_is_not_talked_about() -> None:
    assert narrate_lock(Entry(1, AT, events.Left("production", KIM)), RUNNING, bot=BOT) is None
