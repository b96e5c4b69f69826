"""A daemon is killed in the middle of a rollout, and somebody takes the deploy back without it, on real HAProxies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import gevent
import yaml

from playground.machine.world import World
from shippy.errors import ShippyError
from shippy.events import Committed, Connecting, Event, Prepared, Preparing, Resolved, ShareChanged, Started, Swapped
from shippy.journal import open_journal
from shippy.model import Endpoint, Live, Person, Revision, Routing, Share, Slot
from shippy.model import Place as Spot
from tests.integration.haproxies import APP, HAProxies, Server, visitors
from tests.test_ship import NOBODY, STOP_SECONDS, Place, daemon, shippy

DANA = Person("U1", "dana")
OLD, NEW = ("d1", APP), ("d2", APP)
SHARE = Share.of_percent(25)
AT_25 = Routing(Slot.BLUE, Slot.GREEN, SHARE, NEW[0])
AT_REST = Routing(Slot.BLUE)
WAIT_SECONDS = 20.0


class Site:
    """Two HAProxies, and a config and a journal in which a deploy has 25 % of their traffic."""

    def __init__(self, folder: Path, world: World, old: Server, new: Server) -> None:
        self.haproxies = HAProxies(world)
        self.place = Place(folder)
        journal = f"sqlite:///{folder}/journal.db"
        self.place.config.write_text(yaml.safe_dump(self._config(journal)))
        with closing(open_journal(journal)) as opened:
            for event in story(old.endpoint, new.endpoint):
                opened.append(event)

    def _config(self, journal: str) -> dict[str, object]:
        app = self.haproxies.app.model_dump(mode="json", include={"repository", "image", "vip", "public", "balancers"})
        app["hosts"] = [{"name": "web-1", "docker": f"tcp://{NOBODY}", "address": "127.0.0.1"}]
        app["traffic"] = {"drain": "1s"}
        return {
            "chat": {"transport": "local"},
            "github": {"api_url": f"http://{NOBODY}/", "token": "t"},
            "journal": journal,
            "control": str(self.place.control),
            "apps": {APP: app},
        }

    def rescue(self, *options: str) -> tuple[int, str]:
        done = shippy("rescue", "--config", str(self.place.config), *options)
        assert done.stderr == ""
        return done.returncode, done.stdout

    def does(self, routing: Routing) -> bool:
        """Whether every balancer that answers does this."""
        answers = self.haproxies.balancers.read().values()
        return {answer.routing for answer in answers if not isinstance(answer, ShippyError)} == {routing}


def story(old: Endpoint, new: Endpoint) -> list[Event]:
    live = Live(Slot.BLUE, OLD[0], "a" * 40)
    return [
        Started(*OLD, lock="production", ref="before", owner=DANA, place=Spot()),
        Swapped(*OLD, slot=Slot.BLUE, commit="a" * 40, merged="a" * 40, endpoints=(old,)),
        Committed(*OLD),
        Started(*NEW, lock="production", ref="feature-x", owner=DANA, place=Spot()),
        Resolved(*NEW, revision=Revision("feature-x", "b" * 40), live=live, diff_url=None),
        Preparing(*NEW, slot=Slot.GREEN, hosts=(new.host,), stable=(old,)),
        Connecting(*NEW, endpoints=(new,)),
        Prepared(*NEW),
        ShareChanged(*NEW, by=DANA, before=Share(0), after=SHARE),
    ]


def until(true: Callable[[], bool], what: str) -> None:
    with gevent.Timeout(WAIT_SECONDS, AssertionError(f"not in time: {what}")):
        while not true():
            gevent.sleep(0.05)


def test_after_a_kill_at_25_percent_the_traffic_goes_back_without_a_daemon_and_the_next_one_finishes_it(
    tmp_path: Path, world: World, old: Server, new: Server
) -> None:
    site = Site(tmp_path, world, old, new)
    with daemon(site.place) as process:
        until(lambda: site.does(AT_25), "the daemon has taken the deploy up again")
        code, told = site.rescue("--abort")
        assert code == 3
        assert f"process {process.pid}" in told
        assert f"tell --control {site.place.control} abort" in told
        assert site.does(AT_25)
        process.kill()
        process.wait(STOP_SECONDS)

    code, told = site.rescue()
    assert code == 1, "the host does not answer"
    assert "dana's deploy d2 of feature-x (bbbbbbbb) is rolling" in told
    for name in site.haproxies.machines:
        assert f"{name}: blue serves the public, green has 25 % of it; as recorded" in told
    assert "web-1: does not answer (connection refused)" in told

    site.haproxies.machines["lb2"].stop()
    with visitors(site.haproxies.get) as seen:
        code, told = site.rescue("--abort")
    assert code == 1, "lb2 does not answer"
    assert "lb1: put back; blue serves all of the public (it was: blue serves the public, green has 25 % of it)" in told
    assert "lb2: not put back, or not wholly:" in told
    assert "To do: look after lb2" in told
    assert not [answer for answer in seen if isinstance(answer, OSError) or answer.status >= 400]
    assert site.haproxies.visits(100) == {"old": 100}

    with daemon(site.place):
        until(lambda: "aborted" in site.place.says("history 1"), "the next daemon has finished the abort")
        assert site.does(AT_REST)
        assert "No deploy is running" in site.place.says("status")
