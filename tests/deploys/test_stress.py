"""Many people, many restarts, many faults at once, in random order: whatever happens, the world converges."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from random import Random
from typing import Any

import gevent
import pytest

from shippy.deploys import traffic
from shippy.deploys.recovery import recover
from shippy.deploys.steps import climbing
from shippy.deploys.watch.climber import Climber
from shippy.deploys.watch.reconciler import Reconciler
from shippy.errors import ShippyError
from shippy.model import Routing, Share, Slot, Traffic
from tests.world import KIM, World

SEEDS = range(500)
ACTS = 25
WAIT_SECONDS = 10.0
MOST_YIELDS = 3
BRANCHES = tuple(f"branch-{number}" for number in range(6))


class Crowd:
    """People, faults and restarts, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._numbers = itertools.count()
        self.world = World(min_hosts=2, traffic={"drain": "0.3s", "warm": self._random.choice(["0s", "1h"])})
        self.world.make_live()
        for branch in BRANCHES:
            self.world.green(branch)
        self._make_everything_yield()
        self.people: list[gevent.Greenlet[..., Any]] = []
        self.bugs: list[BaseException] = []
        self._reconciling = gevent.spawn(self._reconcile)
        self._begin_to_climb()

    def act(self) -> None:
        acts = [
            self.ship,
            self.ship,
            self.roll,
            self.climb,
            self.climb,
            self.pause_or_resume,
            self.time,
            self.commit,
            self.abort,
            self.undo,
            self.unlock,
            self.balancer,
            self.restart_balancer,
            self.host,
            self.lose,
            self.restart,
        ]
        self._random.choice(acts)()
        for _ in range(self._random.randrange(60)):
            gevent.sleep(0)

    def ship(self) -> None:
        branch = self._random.choice(BRANCHES)
        self._person(lambda: self.world.ship(branch))

    def roll(self) -> None:
        percent = self._random.randrange(101)
        self._person(lambda: self.world.rollout(percent))

    def climb(self) -> None:
        shares = tuple(map(Share.of_percent, sorted(self._random.sample(range(101), 3))))
        every = self._random.choice([10.0, 20.0])
        self._person(lambda: climbing.begin(self.world.deploys, "web", shares, every, KIM))

    def pause_or_resume(self) -> None:
        verb = self._random.choice([climbing.pause, climbing.resume])
        self._person(lambda: verb(self.world.deploys, "web", KIM))

    def time(self) -> None:
        self.world.clock.advance(self._random.randrange(30))

    def commit(self) -> None:
        self._person(self.world.commit)

    def abort(self) -> None:
        self._person(self.world.abort)

    def undo(self) -> None:
        self._person(lambda: self.world.deploys.undo("web", KIM, "it looks wrong"))

    def unlock(self) -> None:
        self._person(lambda: self.world.deploys.waiting.open("production", KIM))

    def balancer(self) -> None:
        name = self._random.choice(self.world.balancers.names)
        self._random.choice([self.world.balancers.unreachable, *[self.world.balancers.behave] * 2])(name)

    def restart_balancer(self) -> None:
        """One of them is there again with nothing of its state."""
        self.world.balancers.traffic[self._random.choice(self.world.balancers.names)] = Traffic(Routing(Slot.BLUE))

    def host(self) -> None:
        self._random.choice(list(self.world.fleet.host.values())).reachable = self._random.random() < 0.7

    def lose(self) -> None:
        """Somebody removes a container by hand."""
        containers = self._random.choice(list(self.world.fleet.host.values())).containers
        if containers:
            del containers[self._random.choice(list(containers))]

    def restart(self) -> None:
        self._climbs = False
        self.world.deploys.suspend()
        self.wait()
        self._climbing.join()
        self.world.deploys.warm.take("web")
        self._reconciling.kill()
        self.people = recover(self.world.restarted())
        self._reconciling = gevent.spawn(self._reconcile)
        self._begin_to_climb()

    def wait(self) -> None:
        done = gevent.joinall(self.people, timeout=WAIT_SECONDS)
        assert len(done) == len(self.people), "somebody waits for ever"

    def come_to_rest(self) -> None:
        """Everything answers again, whoever still ships commits or aborts, and the reconciler has looked once more."""
        self.wait()
        for name in self.world.balancers.names:
            self.world.balancers.behave(name)
        for host in self.world.fleet.host.values():
            host.mend()
        for session in self.world.deploys.locks:
            self._try(self.world.commit if session.deploy.merged else self.world.abort)
        self._climbs = False
        self._climbing.join()
        self._reconciling.kill()
        Reconciler(self.world.deploys).look(self.world.site)
        self.world.deploys.warm.take("web")

    def _person(self, act: Callable[[], object]) -> None:
        self.people.append(gevent.spawn(self._try, act))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ShippyError:
            return
        except Exception as bug:  # noqa: BLE001 - whatever it is, the test tells of it
            self.bugs.append(bug)

    def _reconcile(self) -> None:
        reconciler = Reconciler(self.world.deploys)
        while True:
            self._try(lambda: reconciler.look(self.world.site))
            gevent.sleep(0.0005)

    def _begin_to_climb(self) -> None:
        self._climbs = True
        self._climbing = gevent.spawn(self._climb, Climber(self.world.deploys))

    def _climb(self, climber: Climber) -> None:
        while self._climbs:
            climber.look(self.world.site)
            gevent.sleep(0.0005)

    def _only_what_is_recorded(self, asked: Callable[[str, Traffic], None]) -> Callable[[str, Traffic], None]:
        """The reconciler never changes the balancers beside a deploy that does, nor to anything but the record."""

        def checked(verb: str, wanted: Traffic) -> None:
            deploys = self.world.deploys
            latest = deploys.latest("web")
            if gevent.getcurrent() is self._reconciling and verb == "force":
                if deploys.locks.moves_traffic("web"):
                    self.bugs.append(AssertionError("the reconciler meddles with a deploy"))
                if latest is not None and wanted != traffic.wanted(latest.deploy):
                    self.bugs.append(AssertionError("the reconciler brings back what is over"))
            asked(verb, wanted)

        return checked

    def _make_everything_yield(self) -> None:
        """Real hosts, balancers and databases let other greenlets run in every call; fakes do it only here."""
        world = self.world
        calls: dict[Any, tuple[str, ...]] = {
            world.balancers: ("_asked", "read", "sessions", "servers_up"),
            world.code: ("resolve", "statuses", "compare", "merge", "revert"),
            world.fleet: ("remove", "sweep", "containers", "resolve", "prepare"),
            world.journal: ("append",),
        }
        for fake, names in calls.items():
            for name in names:
                setattr(fake, name, self._yielding(getattr(fake, name)))

        # Where both changes of the balancers come through, once they have these for themselves.
        setattr(world.balancers, "_asked", self._only_what_is_recorded(world.balancers._asked))  # noqa: B010

    def _yielding(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def yielding(*arguments: Any, **named: Any) -> Any:
            self._yield()
            result = call(*arguments, **named)
            self._yield()
            return result

        return yielding

    def _yield(self) -> None:
        for _ in range(self._random.randrange(MOST_YIELDS)):
            gevent.sleep(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_many_people_and_faults_do_at_once_the_world_converges(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    crowd = Crowd(seed)
    for _ in range(ACTS):
        crowd.act()
    crowd.come_to_rest()

    world = crowd.world
    assert crowd.bugs == []
    assert "a bug" not in caplog.text
    assert list(world.deploys.locks) == []
    assert world.journal.unfinished() == []
    live = world.deploys.live("web")
    assert live.deploy in world.deploys_on_hosts()
    assert world.routings == {Routing(live.slot)}
    assert all(deploy.phase.ended and deploy.ramp is None for deploy in world.deploys.recent(50))
