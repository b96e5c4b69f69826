"""Waiting for the lock: in order, told in time, and never in anybody's way for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shippy.config.schema import Nags
from shippy.deploys.watch.housekeeping import Housekeeping
from shippy.errors import NotLocked, NotWaiting, NotYourTurn, ShipsClosed
from shippy.events import Left, StoodStill, TurnCame
from shippy.model import Person, Phase, Place
from tests.world import DANA, KIM, World

LEE = Person("U3", "lee")
HERE = Place("C1", "2.2")
LOCK = "production"


def queue(world: World) -> list[str]:
    return [person.name for person in world.deploys.waiting.of(LOCK).queue]


def called(world: World) -> list[str]:
    return [event.person.name for event in world.happened(TurnCame)]


def held(*waiting: Person) -> World:
    """A world in which dana ships, and these people wait."""
    world = World()
    world.ship()
    for person in waiting:
        world.deploys.waiting.join(LOCK, person, HERE)
    return world


def test_the_next_in_line_is_told_when_the_lock_is_free_and_nobody_before() -> None:
    world = held(KIM, LEE)
    assert called(world) == []
    world.abort()
    assert called(world) == ["kim"]
    assert world.happened(TurnCame)[0].place == HERE


def test_whose_turn_it_is_may_ship_and_nobody_else() -> None:
    world = held(KIM, LEE)
    world.abort()
    with pytest.raises(NotYourTurn) as caught:
        world.deploys.ship("web", "feature-x", LEE, HERE)
    assert caught.value.first == KIM
    assert world.deploys.ship("web", "feature-x", KIM, HERE)[1].phase is Phase.VERIFYING
    assert queue(world) == ["lee"]


def test_a_turn_that_is_not_taken_in_time_goes_to_the_next() -> None:
    world = held(KIM, LEE)
    world.abort()
    world.clock.advance(timedelta(minutes=16).total_seconds())
    Housekeeping(world.deploys, Nags()).look()
    assert called(world) == ["kim", "lee"]
    assert world.happened(Left)[-1].person == KIM
    assert world.happened(Left)[-1].reason


def test_who_leaves_is_not_told_and_lets_the_next_pass() -> None:
    world = held(KIM, LEE)
    world.abort()
    world.deploys.waiting.leave(LOCK, KIM)
    assert called(world) == ["kim", "lee"]
    with pytest.raises(NotWaiting):
        world.deploys.waiting.leave(LOCK, KIM)


def test_joining_twice_keeps_the_place_that_one_has() -> None:
    world = held(KIM, LEE, KIM)
    assert queue(world) == ["kim", "lee"]


def test_who_joins_a_free_lock_is_told_at_once() -> None:
    world = World()
    world.deploys.waiting.join(LOCK, KIM, HERE)
    assert called(world) == ["kim"]


def test_the_queue_outlives_the_daemon() -> None:
    world = held(KIM, LEE)
    assert [person.name for person in world.restarted().waiting.of(LOCK).queue] == ["kim", "lee"]


def test_locked_ships_let_none_begin_and_block_nothing_else() -> None:
    world = World()
    world.ship()
    world.deploys.waiting.close(LOCK, KIM, "the database moves", None)
    world.rollout(25)
    world.rollout(5)
    world.abort()
    with pytest.raises(ShipsClosed) as caught:
        world.ship()
    assert caught.value.closure.reason == "the database moves"
    world.deploys.waiting.open(LOCK, DANA)
    assert world.ship().phase is Phase.VERIFYING
    with pytest.raises(NotLocked):
        world.deploys.waiting.open(LOCK, DANA)


def test_a_lock_with_a_time_ends_by_itself_and_the_queue_moves_on() -> None:
    world = World()
    until = world.clock.now() + timedelta(hours=2)
    world.deploys.waiting.close(LOCK, KIM, "lunch", until)
    world.deploys.waiting.join(LOCK, LEE, HERE)
    assert called(world) == []
    world.clock.advance(7200)
    Housekeeping(world.deploys, Nags()).look()
    assert called(world) == ["lee"]


def test_the_owner_of_a_deploy_that_stands_still_is_reminded_rarely() -> None:
    world = World()
    world.ship()
    keeping = Housekeeping(world.deploys, Nags(after="30m", every="2h"))  # type: ignore[arg-type] # as in the file
    for _ in range(10):
        world.clock.advance(600)
        keeping.look()
    assert [event.seconds for event in world.happened(StoodStill)] == [1800]
    world.clock.advance(7200)
    keeping.look()
    assert len(world.happened(StoodStill)) == 2


def test_nobody_is_reminded_where_the_config_says_so() -> None:
    world = World()
    world.ship()
    world.clock.advance(1e6)
    Housekeeping(world.deploys, Nags(after="0s")).look()  # type: ignore[arg-type] # as in the file
    assert world.happened(StoodStill) == []
