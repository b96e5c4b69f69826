"""All that is typed comes to the main loop, until it is told to stop or a source cannot go on."""

from __future__ import annotations

import gevent
import pytest

from shippy.chat.incoming.intake import Intake
from shippy.errors import Unavailable
from tests.fakes.chat import FakeRequest


def test_what_was_taken_before_the_stop_is_still_given_out_and_nothing_after_it() -> None:
    intake = Intake()
    first, late = FakeRequest("status"), FakeRequest("ship x")
    assert intake.put(first)
    intake.stop()
    assert not intake.put(late)
    assert list(intake.requests()) == [first]


def test_a_full_intake_makes_the_source_wait_and_loses_nothing() -> None:
    intake = Intake(capacity=2)
    requests = [FakeRequest(str(number)) for number in range(10)]
    putting = gevent.spawn(lambda: [intake.put(request) for request in requests])
    taking = intake.requests()
    assert [next(taking) for _ in requests] == requests
    putting.join(timeout=5)
    assert putting.ready()


def test_a_source_that_cannot_go_on_is_told_to_the_main_loop() -> None:
    intake = Intake()
    intake.fail(Unavailable("Slack", "invalid_auth"))
    with pytest.raises(Unavailable, match="invalid_auth"):
        next(intake.requests())


def test_what_waits_for_room_when_the_intake_is_stopped_is_taken_and_given_out() -> None:
    intake = Intake(capacity=1)
    first, second = FakeRequest("status"), FakeRequest("abort")
    assert intake.put(first)
    waiting = gevent.spawn(intake.put, second)
    stopping = gevent.spawn(intake.stop)
    gevent.idle()
    given = list(intake.requests())
    stopping.join(timeout=5)
    assert (given, waiting.get(timeout=5)) == ([first, second], True)
