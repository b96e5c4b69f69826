"""Two daemons on one journal: one is active, and the other one takes over in the middle of a deploy when it dies."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import gevent
import pytest

from playground.machine.postgres import Postgres
from shippy.deploys import state
from shippy.journal.looking import open_to_read
from shippy.model import Deploy, Phase
from tests.failover.pair import Crowd, Shippy, wait_for
from tests.failover.world import World
from tests.journal.databases import ask, emptied
from tests.journal.line import Line

TAKEN_OVER_SECONDS = 5.0
SETTLED_SECONDS = 15.0
LET_GO_SECONDS = 2.0
LEASE_OVER = 75


@dataclass
class Stage:
    """One daemon is active, and another one stands by; nothing is running."""

    world: World
    postgres: Postgres
    line: Line
    active: Shippy
    other: Shippy
    tokens: int = 1

    def last_deploy(self) -> Deploy:
        with closing(open_to_read(self.postgres.url("postgres"))) as journal:
            return state.folded(journal.of_deploy(journal.recent(1)[0]))

    def written(self) -> dict[int, int]:
        """How many entries were written under each token."""
        rows = ask(self.postgres, "SELECT token, count(*) FROM entries GROUP BY token")
        return {row.token: row.count for row in rows}

    def token(self) -> int:
        return int(ask(self.postgres, "SELECT token FROM lease")[0][0])

    def taken_over(self, since: float, why: str) -> None:
        """Wait until the other daemon is active, under the next token, and let the roles change."""
        before = self.tokens
        wait_for(lambda: self.token() > before)
        self.tokens = self.token()
        taken = time.monotonic() - since
        wait_for(lambda: self.other.is_active)
        answered = time.monotonic() - since
        print(f"{why}: the lease after {taken:.2f} s, an answer after {answered:.2f} s")  # noqa: T201 - for `pytest -s`
        assert answered < TAKEN_OVER_SECONDS
        self.active, self.other = self.other, self.active

    def begun(self, text: str) -> gevent.Greenlet[..., str]:
        return gevent.spawn(self.active.says, text)

    def settled(self, *phases: Phase) -> Deploy:
        wait_for(lambda: self.last_deploy().phase in phases, SETTLED_SECONDS)
        return self.last_deploy()

    def agrees(self) -> None:
        """The hosts and balancers are as the journal has them, each container and each merge once."""
        deploy = self.last_deploy()
        live = {deploy.id} if deploy.phase is Phase.COMMITTED else {deploy.live.deploy}
        wanted = live | ({deploy.id} if not deploy.phase.ended else set())
        containers = [one.deploy for host in self.world.fleet.host.values() for one in host.containers.values()]
        assert sorted(containers) == sorted([name for name in wanted if name] * len(self.world.fleet.host))
        assert len({repr(traffic) for traffic in self.world.balancers.traffic.values()}) == 1


@pytest.fixture(scope="module")
def stage(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("failover")
    with ExitStack() as ending:
        url = emptied(postgres)
        line = ending.enter_context(Line(postgres.port))
        world = World(folder)
        world.start()
        ending.callback(world.stop)
        # One of the two reaches the database over a line that can fall silent.
        pair = [Shippy("a", folder, postgres.url("postgres", line.port)), Shippy("b", folder, url)]
        for one in pair:
            ending.callback(one.kill)
            one.start()
            wait_for(pair[0].control.exists)
        first = Stage(world, postgres, line, active=pair[0], other=pair[1])
        world.green("before")
        assert "Ready to verify" in first.active.says("ship before")
        first.active.says("commit")
        first.settled(Phase.COMMITTED)
        yield first


def back_to_two(stage: Stage) -> None:
    """Start the one again that has ended, and let it come to stand by."""
    stage.other.kill()
    stage.other.start()


def test_the_one_on_standby_says_who_is_active_and_acts_on_nothing(stage: Stage) -> None:
    wait_for(lambda: stage.other.stands_by)
    assert stage.active.process is not None
    assert f"process {stage.active.process.pid} on " in stage.other.says("status")
    assert "on standby" in stage.other.says("ship before")
    assert stage.world.acts_of(stage.other.name) == []


def test_it_takes_over_when_the_active_one_is_killed_in_the_middle_of_a_preparation(stage: Stage) -> None:
    stage.world.green("killed")
    crowd = Crowd(stage.active)
    crowd.come()
    struck: list[float] = []

    def strike(_: str) -> None:
        struck.append(time.monotonic())
        stage.active.signal(signal.SIGKILL)

    wait_for(lambda: stage.other.stands_by)
    stage.world.once("prepare", strike)
    typed = stage.begun("ship killed")
    wait_for(lambda: struck)
    stage.taken_over(struck[0], "killed while it prepared")
    crowd.leave()
    typed.get(timeout=TAKEN_OVER_SECONDS)
    assert crowd.answers
    stage.settled(Phase.FAILED)
    stage.agrees()
    back_to_two(stage)


def test_one_that_was_frozen_in_the_middle_of_a_merge_does_nothing_when_it_is_thawed(stage: Stage) -> None:
    world = stage.world
    world.green("frozen")
    assert "Ready to verify" in stage.active.says("ship frozen")
    master, crowd, frozen = world.code.branches["master"], Crowd(stage.active), stage.active
    crowd.come()
    struck: list[float] = []

    def strike(_: str) -> None:
        struck.append(time.monotonic())
        frozen.signal(signal.SIGSTOP)

    wait_for(lambda: stage.other.stands_by)
    world.once("merge", strike)
    typed = stage.begun("commit")
    wait_for(lambda: struck)
    stage.taken_over(struck[0], "frozen while it merged")
    crowd.leave()
    stage.settled(Phase.COMMITTED)
    assert world.code.compare(master, "master").ahead_by == len(("its commit", "one merge"))
    written, thawed = stage.written(), time.monotonic()
    frozen.signal(signal.SIGCONT)
    assert frozen.ended() == LEASE_OVER
    assert "the journal's lease is lost" in frozen.log
    assert world.acts_of(frozen.name, after=thawed) == []
    assert {token: written[token] for token in written if token < stage.token()} == {
        token: count for token, count in stage.written().items() if token < stage.token()
    }
    typed.get(timeout=TAKEN_OVER_SECONDS)
    stage.agrees()
    back_to_two(stage)


def test_one_that_is_frozen_for_a_moment_goes_on(stage: Stage) -> None:
    wait_for(lambda: stage.other.stands_by)
    token = stage.token()
    stage.active.signal(signal.SIGSTOP)
    gevent.sleep(1.0)
    stage.active.signal(signal.SIGCONT)
    assert "No deploy is running" in stage.active.says("status")
    assert stage.other.stands_by
    assert stage.token() == token


def test_one_that_does_not_reach_the_database_any_more_ends_before_the_other_one_begins(stage: Stage) -> None:
    world, alone = stage.world, stage.active
    assert alone.journal != stage.other.journal
    world.green("alone")
    assert "Ready to verify" in alone.says("ship alone")
    typed = stage.begun("rollout 50")
    wait_for(lambda: stage.last_deploy().phase is Phase.ROLLING)
    typed.get(timeout=TAKEN_OVER_SECONDS)
    wait_for(lambda: stage.other.stands_by)
    silent = time.monotonic()
    stage.line.fall_silent()
    stage.taken_over(silent, "cut off from the database")
    assert alone.ended() == LEASE_OVER
    stage.line.speak()
    first = min(act.at for act in world.acts_of(stage.active.name, after=silent))
    assert max([act.at for act in world.acts_of(alone.name, after=silent)], default=0.0) < first
    assert stage.last_deploy().phase is Phase.ROLLING
    assert "The lock is free." in stage.active.says("abort")
    stage.settled(Phase.ABORTED)
    stage.agrees()
    back_to_two(stage)


def test_one_that_is_told_to_stop_lets_the_other_one_begin_at_once(stage: Stage) -> None:
    wait_for(lambda: stage.other.stands_by)
    stage.active.signal(signal.SIGTERM)
    assert stage.active.ended() == 0
    began = time.monotonic()
    stage.taken_over(began, "told to stop")
    assert time.monotonic() - began < LET_GO_SECONDS


def test_one_that_is_told_to_stop_while_it_stands_by_ends_well(stage: Stage) -> None:
    back_to_two(stage)
    wait_for(lambda: stage.other.stands_by)
    stage.other.signal(signal.SIGTERM)
    assert stage.other.ended() == 0
    assert "Traceback" not in stage.other.log
