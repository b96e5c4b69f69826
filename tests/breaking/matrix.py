"""All the cases that there are: each command, at each of its points, with each thing that can happen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from shippy.events import HostReady
from shippy.journal.codec import kind_of
from tests.breaking.cases import Outcome, aborted, killed, killed_twice, struck
from tests.breaking.failover import taken_over
from tests.breaking.faults import BALANCER_FAULTS, HOST_FAULTS, OUTAGES, Fault
from tests.breaking.stories import STORIES, Point, Story
from tests.breaking.strike import How
from tests.breaking.world import World

T = TypeVar("T")

KILLED_TWICE = "killed again in the recovery"
TAKEN_OVER = "taken over"
ENDINGS = {"killed": How.DIE_AFTER, "frozen, and thawed later": How.FREEZE}
ABORT, HOST, BALANCER = "aborted twice at once", "host", "balancer"
ABORTABLE = ("ship", "rollout", "commit", "abort", "retry", "takeover", "undo")
IN_THE_WAY_OF = ("ship", "rollout", "commit", "abort", "undo")
FEW = 3

Points = Callable[[Story], Sequence[Point]]


@dataclass(frozen=True)
class Case:
    family: str
    command: str
    fault: str
    point: Point
    play: Callable[[World], Outcome]

    @property
    def shared(self) -> bool:
        """Whether it takes a second daemon that stands by."""
        return self.family == TAKEN_OVER

    @property
    def row(self) -> tuple[str, str, str]:
        return self.family, self.command, self.fault

    def __str__(self) -> str:
        return " · ".join(word for word in (*self.row, f"{self.point.kind} ({self.point.offset})") if word)


def cases(points_of: Points) -> Iterator[Case]:
    """Every case. `points_of` says at which entries a story's command can be struck."""
    for story in STORIES:
        yield from _kills(story, points_of(story))
    for story in STORIES:
        if story.command in ABORTABLE:
            yield from _aborts(story, [point for point in points_of(story) if point.of_deploy])
    for family, faults in ((HOST, HOST_FAULTS), (BALANCER, BALANCER_FAULTS)):
        for story in STORIES:
            if story.command in IN_THE_WAY_OF:
                for fault in faults:
                    yield from _faults(family, story, fault, points_of(story))
    for story in STORIES:
        if story.command in IN_THE_WAY_OF:
            yield from _failovers(story, [point for point in points_of(story) if point.of_deploy])


def _kills(story: Story, points: Sequence[Point]) -> Iterator[Case]:
    for point in points:
        yield Case(How.DIE_AFTER, story.command, "", point, partial(_killed, story, point, How.DIE_AFTER))
    # Before the first entry nothing has happened.
    for point in points[1:]:
        yield Case(How.DIE_BEFORE, story.command, "", point, partial(_killed, story, point, How.DIE_BEFORE))
    for point in points[1:]:
        play = partial(_killed_twice, story, point)
        yield Case(KILLED_TWICE, story.command, "", point, play)


def _aborts(story: Story, points: Sequence[Point]) -> Iterator[Case]:
    for outage in OUTAGES:
        for point in points:
            yield Case(ABORT, story.command, outage.name, point, partial(_aborted, story, point, outage))


def _faults(family: str, story: Story, fault: Fault, points: Sequence[Point]) -> Iterator[Case]:
    of_deploy = [point for point in points if point.of_deploy]
    if fault.name == "container exits" and story.command == "ship":
        ready = kind_of(HostReady)
        of_deploy = of_deploy[max(number for number, point in enumerate(of_deploy) if point.kind == ready) :]
    for point in spread(of_deploy, FEW):
        yield Case(family, story.command, fault.name, point, partial(_struck, story, point, fault))


def _failovers(story: Story, points: Sequence[Point]) -> Iterator[Case]:
    for name, how in ENDINGS.items():
        for point in points:
            yield Case(TAKEN_OVER, story.command, name, point, partial(_taken_over, story, point, how))


def spread(items: Sequence[T], count: int) -> list[T]:
    """The first, the last and some between them, evenly, without any of them twice."""
    last = len(items) - 1
    chosen = {round(last * number / max(1, count - 1)) for number in range(count)}
    return [items[number] for number in sorted(chosen) if 0 <= number <= last]


def _killed(story: Story, point: Point, how: How, world: World) -> Outcome:
    return killed(world, story, point, how)


def _killed_twice(story: Story, point: Point, world: World) -> Outcome:
    return killed_twice(world, story, point)


def _aborted(story: Story, point: Point, outage: Fault, world: World) -> Outcome:
    return aborted(world, story, point, outage)


def _struck(story: Story, point: Point, fault: Fault, world: World) -> Outcome:
    return struck(world, story, point, fault)


def _taken_over(story: Story, point: Point, how: How, world: World) -> Outcome:
    return taken_over(world, story, point, how)
