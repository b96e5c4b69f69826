"""The matrix has everything in it that there is to be broken."""

from __future__ import annotations

import pytest

from shippy.commands.table import VERBS
from tests.breaking.matrix import Case, cases, spread
from tests.breaking.stories import STORIES, Point, Story

# They change who may ship next, or what may come next: they write one entry, and touch nothing outside.
OF_RECORDS = {"join", "lock", "unlock", "approve"}


def two_points(_: Story) -> list[Point]:
    return [Point(1, "command_received"), Point(2, "started"), Point(3, "host_ready")]


def test_every_command_that_changes_a_deploy_has_a_story() -> None:
    """Whoever adds a command adds a line to the table of stories."""
    changing = {verb.name for verb in VERBS.values() if verb.right is not None}
    assert changing - OF_RECORDS == {story.text.split()[0] for story in STORIES}


def test_every_case_is_told_apart_from_every_other() -> None:
    names = [str(case) for case in cases(two_points)]
    assert len(names) == len(set(names))


def test_a_command_is_killed_after_each_entry_and_before_each_but_the_first() -> None:
    def at(family: str) -> list[int]:
        return [case.point.offset for case in cases(two_points) if of_ship(case) and case.family == family]

    def of_ship(case: Case) -> bool:
        return case.command == "ship"

    assert at("killed after") == [1, 2, 3]
    assert at("killed before") == [2, 3]


@pytest.mark.parametrize(
    ("count", "chosen"), [(1, ["a"]), (2, ["a", "e"]), (3, ["a", "c", "e"]), (9, ["a", "b", "c", "d", "e"])]
)
def test_a_spread_has_the_ends_and_some_between(count: int, chosen: list[str]) -> None:
    assert spread(["a", "b", "c", "d", "e"], count) == chosen


def test_a_spread_of_nothing_is_nothing() -> None:
    assert spread([], 3) == []
