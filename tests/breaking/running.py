"""Plays cases in one world, one after another; a world that a case leaves broken is replaced by a new one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests

from playground.machine.process import ProcessFailed
from playground.slack.client import NotSeen
from tests.breaking.cases import Outcome, bring_to_rest
from tests.breaking.matrix import Case
from tests.breaking.stories import Point, Story, points_of
from tests.breaking.truth import Disagreement
from tests.breaking.world import Broken, World, start_world

# What stands in the way of playing a case at all.
TROUBLE = (Broken, NotSeen, ProcessFailed, TimeoutError, requests.RequestException)


@dataclass(frozen=True)
class Result:
    case: Case
    outcome: Outcome


class Theatre:
    """Where cases are played. Use as a context manager; the first world is started when it is needed."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._world: World | None = None
        self._ending = ExitStack()
        self._points: dict[str, list[Point]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def points_of(self, story: Story) -> list[Point]:
        if story.command not in self._points:
            world = self._world or self._ready(shared=False)
            self._points[story.command] = points_of(world, story)
            bring_to_rest(world)
        return self._points[story.command]

    def play(self, case: Case) -> Result:
        """Play a case, and bring the world back to rest. What is in the way of either is the case's own problem."""
        world = self._ready(shared=case.shared)
        outcome = Outcome()
        try:
            outcome = case.play(world)
            bring_to_rest(world)
        except TROUBLE as error:
            outcome.problems.append(Disagreement(f"the world was left broken: {_in_a_line(error)}"))
            self._say(f"  A new world has to be made: {_in_a_line(error)}")
            self._give_up()
        return Result(case, outcome)

    def _ready(self, *, shared: bool) -> World:
        if self._world is not None and (self._world.other is not None) is not shared:
            self._give_up()
        if self._world is None:
            folder = Path(self._ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-break-")))
            self._world = start_world(folder, self._ending, self._say, shared=shared)
        return self._world

    def _give_up(self) -> None:
        self._world = None
        self._ending.close()


def _in_a_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
