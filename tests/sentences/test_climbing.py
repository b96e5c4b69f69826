"""A share that climbs by itself, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy import events
from shippy.events import Entry, Event
from shippy.model import ALL, NONE, Deploy, Ramp, Share
from shippy.sentences import narrate
from shippy.sentences.climbing import spelled
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, DANA, RAMP, RUNNING

KEY = (RUNNING.id, RUNNING.app)
FIVE, QUARTER = Share.of_percent(5), Share.of_percent(25)
PAUSED = replace(RAMP, due=None, left=200.0)


def told(event: Event, ramp: Ramp | None = RAMP) -> str:
    deploy: Deploy = replace(RUNNING, ramp=ramp)
    text = narrate(Entry(1, AT, event), deploy, bot=BOT, vip="http://vip:8001/", links={}) or ""
    keep_the_rules(text)
    return text


def step(share: Share) -> Event:
    return events.ShareChanged(*KEY, DANA, FIVE, share, climbing=True)


def test_a_climb_is_told_with_its_shares_its_time_and_how_to_hold_it() -> None:
    assert told(events.RampSet(*KEY, DANA, (FIVE, QUARTER, ALL), 300.0)) == (
        "dana lets the share climb by itself: 5 %, 25 % and 100 %, a step every 5 min. `hal pause` holds it."
    )
    assert told(events.RampSet(*KEY, DANA, (QUARTER, NONE), 90.0)) == (
        "dana lets the share go down by itself: 25 % and 0 %, a step every 90 s. `hal pause` holds it."
    )


def test_a_step_is_told_with_what_comes_next() -> None:
    assert told(step(QUARTER)) == (
        "The share goes by itself to 25 % (it was 5 %). Next comes 50 % in 5 min, then 100 %."
    )
    assert told(step(QUARTER), PAUSED) == (
        "The share goes by itself to 25 % (it was 5 %), and waits there: the climb is paused."
    )


def test_the_last_step_is_told_as_that_and_with_what_a_person_can_do() -> None:
    assert told(step(ALL), None) == (
        "The share goes by itself to 100 % (it was 5 %), and no further. "
        "`hal commit` makes it final, `hal abort` goes back."
    )


def test_a_climb_that_stops_says_why() -> None:
    stopped = told(events.RampStopped(*KEY, "the new container on web2 has exited."), None)
    assert stopped == "The climb ends at 25 %: the new container on web2 has exited."


def test_a_pause_and_its_end_are_told_with_what_comes_then() -> None:
    assert told(events.RampPaused(*KEY, DANA), PAUSED) == (
        "dana pauses the climb at 25 %. `hal resume` goes on with it."
    )
    assert told(events.RampResumed(*KEY, DANA, 200.0)) == ("dana goes on with the climb: the next step comes in 3 min.")


def test_who_takes_a_deploy_over_is_told_that_its_share_climbs() -> None:
    event = events.TakenOver(*KEY, DANA, DANA, "lunch")
    assert told(event).endswith("By itself its share goes to 50 % now, then 100 %: `hal pause` holds it.")
    assert told(event, None).endswith(": lunch.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(10, "10 s"), (90, "90 s"), (60, "1 min"), (300, "5 min"), (3600, "1 h"), (5400, "1 h 30 min"), (12.5, "12.5 s")],
)
def test_a_time_is_spelled_as_exactly_as_it_was_typed(seconds: float, words: str) -> None:
    assert spelled(seconds) == words
