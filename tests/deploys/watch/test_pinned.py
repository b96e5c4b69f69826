"""What others push meanwhile is recorded once, is never shipped, and costs GitHub little."""

from __future__ import annotations

import gevent
import pytest

from shippy.config.schema import Nags
from shippy.deploys.watch.housekeeping import Housekeeping
from shippy.deploys.watch.pinned import PinnedWatch
from shippy.errors import Unavailable
from shippy.events import HeadMoved, MainMoved, StoodStill
from shippy.model import Deploy, Phase
from tests.world import World


class Watched(World):
    """A deploy that waits for people, and somebody who looks at its branches."""

    def __init__(self) -> None:
        super().__init__()
        self.make_live()
        self.code.open_pull(7, "feature-x")
        self.shipped = self.ship().commit
        self.watch = PinnedWatch(self.deploys)
        self.code.calls.clear()

    def look(self, after: float = 30.0) -> None:
        self.clock.advance(after)
        self.watch.look(self.site)

    @property
    def deploy(self) -> Deploy:
        return self.deploys.recent(1)[0]


def test_a_later_push_is_recorded_once_and_not_shipped() -> None:
    world = Watched()
    pushed = world.code.commit("feature-x")
    for _ in range(3):
        world.look()
    assert [event.head for event in world.happened(HeadMoved)] == [pushed]
    assert (world.deploy.head, world.deploy.moved_on, world.deploy.commit) == (pushed, True, world.shipped)
    assert {container.commit for host in world.fleet.host.values() for container in host.containers.values()} >= {
        world.shipped
    }


def test_a_push_that_is_taken_back_is_recorded_too() -> None:
    world = Watched()
    world.code.commit("feature-x")
    world.look()
    world.code.branches["feature-x"] = world.shipped or ""
    world.look()
    assert [event.head for event in world.happened(HeadMoved)][-1] == world.shipped
    assert not world.deploy.moved_on


def test_every_change_of_the_main_branch_is_recorded_once_with_how_far_it_is_ahead() -> None:
    world = Watched()
    world.code.commit("master", 2)
    world.look()
    world.look()
    world.code.commit("master")
    world.look()
    assert [event.commits for event in world.happened(MainMoved)] == [2, 3]
    assert world.deploy.main_ahead == 3


def test_a_deploy_beside_which_nothing_happens_is_not_spoken_of() -> None:
    world = Watched()
    before = len(world.journal.entries)
    world.look()
    assert len(world.journal.entries) == before


def test_github_is_asked_every_half_minute_at_most() -> None:
    world = Watched()
    for _ in range(60):
        world.look(after=1.0)
    assert [name for name, _ in world.code.calls] == ["standing", "standing"]


def test_a_github_that_does_not_answer_is_asked_again_later() -> None:
    world = Watched()
    world.code.commit("master")
    world.code.go_down()
    with pytest.raises(Unavailable):
        world.look()
    world.code.come_back()
    world.look()
    assert [event.commits for event in world.happened(MainMoved)] == [1]


def test_what_came_while_a_step_was_under_way_waits_for_the_next_look() -> None:
    world = Watched()
    world.code.commit("master")
    hold = world.code.hold("standing")
    looking = gevent.spawn(world.look)
    assert hold.reached.wait(5)
    world.abort()
    hold.release.set()
    looking.join(timeout=5)
    assert world.happened(MainMoved) == []


@pytest.mark.parametrize("ended", [Phase.ABORTED, Phase.COMMITTED])
def test_a_deploy_that_is_over_is_not_asked_about(ended: Phase) -> None:
    world = Watched()
    assert (world.abort() if ended is Phase.ABORTED else world.commit()).phase is ended
    world.code.calls.clear()
    world.look()
    assert world.code.calls == []


def test_a_restarted_daemon_does_not_tell_again_what_was_told() -> None:
    world = Watched()
    world.code.commit("feature-x")
    world.look()
    deploys = world.restarted()
    deploys.locks.take(deploys.session_of(world.deploy.id))
    world.watch = PinnedWatch(deploys)
    world.look()
    assert len(world.happened(HeadMoved)) == 1


def test_an_owner_is_reminded_although_the_main_branch_moves_again_and_again() -> None:
    world = Watched()
    housekeeping = Housekeeping(world.deploys, Nags.model_validate({"after": "10m", "every": "10m"}))
    for _ in range(25):
        world.code.commit("master")
        world.look()
        housekeeping.look()
    assert len(world.happened(MainMoved)) == 25
    assert len(world.happened(StoodStill)) == 1
