"""Works side by side."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from shippy.backend.outcomes import Outcomes


def test_outcomes_come_in_the_order_in_which_they_are_told() -> None:
    outcomes: Outcomes[int] = Outcomes()
    first = Event()

    def tell_second() -> None:
        first.wait(5)
        outcomes.put(2)

    def tell_first() -> None:
        outcomes.put(1)
        first.set()

    outcomes.work(tell_second)
    outcomes.work(tell_first)
    assert [outcomes.get(), outcomes.get()] == [1, 2]


def test_a_bug_in_a_work_is_raised_where_its_outcome_is_awaited() -> None:
    outcomes: Outcomes[int] = Outcomes()

    def fail(why: str) -> None:
        raise LookupError(why)

    outcomes.work(fail, "no such node")
    with pytest.raises(LookupError, match="no such node"):
        outcomes.get()


def test_works_that_are_killed_tell_nothing() -> None:
    outcomes: Outcomes[int] = Outcomes()
    outcomes.work(gevent.sleep, 60)
    gevent.idle()
    outcomes.kill()
    outcomes.put(3)
    assert outcomes.get() == 3
