"""Looking again and again, whatever a look comes to."""

from __future__ import annotations

import logging

import gevent
import pytest
from gevent import GreenletExit
from gevent.event import Event

from shippy.deploys.watch.lookout import Lookout, side_by_side
from shippy.errors import Unavailable
from tests.fakes.clock import NOON, FakeClock

AWAY = Unavailable("web1", "no answer within 2 s")


def looking(*outcomes: Exception | None) -> Lookout:
    """A lookout whose looks come to these, in turn."""
    left = iter(outcomes)

    def look() -> None:
        outcome = next(left)
        if outcome is not None:
            raise outcome

    return Lookout("the hosts of web", look, 5.0, FakeClock())


def logged(lookout: Lookout, looks: int, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.WARNING):
        for _ in range(looks):
            lookout.once()
    return [record.getMessage() for record in caplog.records]


def test_the_same_trouble_is_logged_once_and_again_after_a_look_that_went_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (first, second) = logged(looking(AWAY, AWAY, None, AWAY), 4, caplog)
    assert first == second
    assert first.startswith("the hosts of web cannot be looked at: ")


def test_another_trouble_is_logged_at_once(caplog: pytest.LogCaptureFixture) -> None:
    assert len(logged(looking(AWAY, Unavailable("web2", "connection refused")), 2, caplog)) == 2


def test_a_bug_is_logged_with_its_traceback_and_the_next_look_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    (message,) = logged(looking(ZeroDivisionError("a bug"), None), 2, caplog)
    assert message == "a bug while looking at the hosts of web"
    assert "Traceback" in caplog.text


def test_lookouts_that_are_as_frequent_look_at_the_same_moments_whatever_a_look_takes() -> None:
    clock, moments = FakeClock(), []

    def look() -> None:
        moments.append(clock.now() - NOON)
        if len(moments) == 4:
            raise GreenletExit
        clock.advance(1.7)

    gevent.spawn(Lookout("the hosts of web", look, 5.0, clock).run).join()
    assert [moment.total_seconds() for moment in moments] == [0, 5, 10, 15]


def test_what_does_not_come_back_holds_up_no_other_and_ends_with_whoever_waits_for_all() -> None:
    begun, over = Event(), []

    def hangs() -> None:
        try:
            Event().wait()
        finally:
            over.append("hangs")

    both = gevent.spawn(side_by_side, [hangs, begun.set])
    assert begun.wait(5)
    both.kill()
    assert over == ["hangs"]
