"""An abort from the shell, or of a daemon that died, while nobody knew what had come of the merge."""

from __future__ import annotations

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.events import Aborting, LeftBehind, Merged
from shippy.model import Phase
from tests.deploys.test_recovery import die_at
from tests.world import DANA, GREEN_ONLY, World

TOLD = "feature-x is in master, and production is not: revert it on GitHub, or ship it again"


class Dead(World):
    """The daemon died in the middle of a merge, and an abort was recorded while it was not there."""

    def __init__(self, *, merged: bool) -> None:
        super().__init__(min_hosts=2)
        self.live = self.make_live()
        self.deploy = self.ship()
        if merged:
            self.code.lose_answers_of_merges()
        else:
            self.code.before_merges(self.code.go_down)
        assert self.commit().phase is Phase.UNMERGED
        self.code.lose_answers_of_merges(lose=False)
        self.code.come_back()
        self.journal.append(Aborting(self.deploy.id, "web", by=DANA, reason="from the shell"))

    def start(self) -> None:
        gevent.joinall(recover(self.restarted()))

    def left_to_people(self) -> list[str]:
        return [event.reason for event in self.happened(LeftBehind) if event.by_hand]

    def is_taken_back(self) -> bool:
        (deploy,) = self.deploys.recent(1)
        back = self.deploys_on_hosts() == {self.live.id} and self.routings == {GREEN_ONLY}
        return back and deploy.phase is Phase.ABORTED and not list(self.deploys.locks)


def test_a_merge_that_was_made_is_told_and_the_deploy_is_taken_back() -> None:
    world = Dead(merged=True)
    world.start()
    assert world.is_taken_back()
    assert world.left_to_people() == [TOLD]
    assert [event.commit for event in world.happened(Merged)][-1] == world.code.branches["master"]
    assert world.deploys.recent(1)[0].left == ()


def test_a_merge_that_was_not_made_is_not_spoken_of() -> None:
    world = Dead(merged=False)
    world.start()
    assert world.is_taken_back()
    assert world.left_to_people() == []


def test_a_github_that_does_not_tell_is_told_and_holds_up_nothing() -> None:
    world = Dead(merged=True)
    world.code.go_down()
    world.start()
    assert world.is_taken_back()
    assert world.left_to_people() == [
        "GitHub is not available: no answer within 10 s. Look at GitHub, and revert the merge if master has it"
    ]


def way_back() -> range:
    """The entries that a daemon writes which finishes such an abort."""
    world = Dead(merged=True)
    before = len(world.journal.entries)
    world.start()
    return range(before + 1, len(world.journal.entries) + 1)


@pytest.mark.parametrize("number", way_back())
def test_a_daemon_that_is_killed_on_the_way_comes_to_the_same_end(number: int) -> None:
    world = Dead(merged=True)
    die_at(world, number)
    world.start()
    del world.journal.append
    world.start()
    assert world.is_taken_back()
    assert set(world.left_to_people()) == {TOLD}
    merges = [event for event in world.happened(Merged) if event.deploy == world.deploy.id]
    assert len(merges) == 1
