"""Two questions side by side: both are on their way at once, and no error of either is lost."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from shippy.errors import Unavailable
from shippy.github.together import both

WITHIN_SECONDS = 5


def refuse() -> int:
    raise Unavailable("GitHub", "no answer in time")


def test_both_are_asked_at_once() -> None:
    one, other = Event(), Event()

    def ask(own: Event, others: Event) -> bool:
        own.set()
        return others.wait(WITHIN_SECONDS)

    assert both(lambda: ask(one, other), lambda: ask(other, one)) == (True, True)


def test_the_error_of_either_is_raised() -> None:
    with pytest.raises(Unavailable):
        both(refuse, lambda: 1)
    with pytest.raises(Unavailable):
        both(lambda: 1, refuse)


def test_an_error_leaves_nothing_running() -> None:
    ended: list[bool] = []

    def ask() -> None:
        gevent.sleep(0)
        ended.append(True)

    with pytest.raises(Unavailable):
        both(refuse, ask)
    assert ended == [True]


def test_who_is_killed_takes_both_along() -> None:
    asked, ended = Event(), Event()

    def ask() -> None:
        asked.set()
        try:
            Event().wait()
        finally:
            ended.set()

    asking = gevent.spawn(both, Event().wait, ask)
    assert asked.wait(WITHIN_SECONDS)
    asking.kill(timeout=WITHIN_SECONDS)
    assert ended.is_set()
