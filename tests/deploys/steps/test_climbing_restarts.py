"""A share that climbs by itself outlives the daemon."""

from __future__ import annotations

import gevent

from shippy.errors import (
    ShippyError,
)
from shippy.model import Phase, Share
from tests.deploys.climbs import EVERY, Climb, climb
from tests.world import in_background, result_of


class Died(BaseException):
    """The daemon is dead: nothing after the event that it died at was done."""


def test_a_restarted_daemon_goes_on_with_it() -> None:
    there = climb()
    there.after(100)
    there.restart()
    assert there.after(EVERY - 101) == Share.of_percent(5)
    assert there.after(1) == Share.of_percent(25)


def test_what_a_daemon_has_missed_is_one_step_and_not_many() -> None:
    there = climb()
    there.world.clock.advance(EVERY * 20)
    there.restart()
    assert there.after(0) == Share.of_percent(25)
    assert there.after(EVERY - 1) == Share.of_percent(25)
    assert there.after(1) == Share.of_percent(50)


def test_a_restart_leaves_a_paused_one_paused() -> None:
    there = climb()
    there.after(200)
    there.pause()
    there.restart()
    assert there.after(EVERY * 2) == Share.of_percent(5)
    there.resume()
    assert there.after(100) == Share.of_percent(25)


def test_a_daemon_that_stops_in_the_middle_of_a_step_leaves_the_climb_to_the_next_one() -> None:
    there = climb()
    there.world.balancers.hold()
    there.world.clock.advance(EVERY)
    step = in_background(there.look)
    there.world.balancers.holding.wait(timeout=5)
    there.climber.stop()
    there.world.deploys.suspend()
    result_of(step)
    there.world.balancers.release()
    there.restart()
    assert there.reasons == []
    assert there.deploy.share == Share.of_percent(5)
    assert there.after(0) == Share.of_percent(25)


def test_a_climber_that_is_told_to_stop_ends() -> None:
    there = climb()
    running = gevent.spawn(there.climber.run)
    gevent.sleep(0)
    there.climber.stop()
    result_of(running)


def test_a_daemon_killed_at_any_event_of_a_climb_goes_on_to_its_end() -> None:
    finished = climb()
    before = len(Climb().world.journal.entries)
    for _ in range(3):
        finished.after(EVERY)
    for number in range(before, len(finished.world.journal.entries)):
        there = _killed_at(number)
        there.restart()
        for _ in range(4):
            there.after(EVERY)
        assert there.deploy.share == Share.of_percent(100)
        assert there.ramp is None
        assert there.world.abort().phase is Phase.ABORTED


def _killed_at(number: int) -> Climb:
    there = Climb()
    append = there.world.journal.append

    def deadly(event: object) -> object:
        entry = append(event)  # type: ignore[arg-type] # the very event that was given
        if entry.number > number:
            raise Died
        return entry

    there.world.journal.append = deadly  # type: ignore[method-assign, assignment] # the daemon dies in the middle of it
    gevent.spawn(_until_death, there).join()
    del there.world.journal.append
    return there


def _until_death(there: Climb) -> None:
    try:
        there.begin(5, 25, 50, 100)
        for _ in range(3):
            there.after(EVERY)
    except (Died, ShippyError):
        return
