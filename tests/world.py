"""The core with fakes all around it: what the tests of deploys and commands begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gevent

from shippy.config.schema import App
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.events import Event
from shippy.model import Deploy, Person, Phase, Place, Routing, Share, Slot
from tests.fakes.balancers import FakeBalancers
from tests.fakes.chat import FakeListener
from tests.fakes.clock import FakeClock
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet
from tests.fakes.journal import FakeJournal

DANA = Person("U1", "dana")
KIM = Person("U2", "kim")
THREAD = Place("C1", "1.1")
WAIT_SECONDS = 10.0


def app_settings(**changed: Any) -> App:
    """An app with three hosts and two balancers; keys may be changed."""
    keys: dict[str, Any] = {
        "repository": "acme/web",
        "image": "registry.example.com/acme/web:{commit}",
        "hosts": [
            {"name": f"web{n}", "docker": f"tcp://10.0.0.1{n}:2375", "address": f"10.0.0.1{n}"} for n in (1, 2, 3)
        ],
        "balancers": [{"name": name, "runtime": f"unix:///run/{name}.sock"} for name in ("lb1", "lb2")],
        "vip": "http://10.0.0.5:8001/",
        "public": "http://www.example.com/",
        "checks": {"statuses": ["ci/build", "qa/sign-off"]},
    }
    return App.model_validate(keys | changed)


class World:
    """One app, `web`, with a repository that has the green branch `feature-x`."""

    def __init__(self, clock: FakeClock | None = None, **settings: Any) -> None:
        self.clock = clock or FakeClock()
        self.journal = FakeJournal(self.clock)
        self.code = FakeCodeHost()
        self.fleet = FakeFleet()
        self.balancers = FakeBalancers("lb1", "lb2")
        self.site = Site("web", app_settings(**settings), self.code, self.fleet, self.balancers)
        self.listener = FakeListener()
        self.deploys = self.restarted()
        self.green("feature-x")

    def restarted(self) -> Deploys:
        """A daemon that has just been started on the same journal, hosts and balancers."""
        self.deploys = Deploys({"web": self.site}, self.journal, self.clock, self.listener)
        return self.deploys

    def green(self, branch: str) -> str:
        """A branch with a commit that every required status is green on."""
        commit = self.code.commit(branch)
        for context in self.site.settings.checks.statuses:
            self.code.set_status(commit, context)
        return commit

    def ship(self, ref: str = "feature-x") -> Deploy:
        return self.deploys.ship("web", ref, DANA, THREAD)[1]

    def rollout(self, percent: int) -> Deploy:
        return self.deploys.rollout("web", Share.of_percent(percent), DANA)[1]

    def commit(self) -> Deploy:
        return self.deploys.commit("web", DANA)[1]

    def abort(self, by: Person = DANA) -> Deploy:
        return self.deploys.abort("web", by, "")[1]

    def make_live(self, branch: str = "before") -> Deploy:
        """Ship and commit a branch, so that something is live; feature-x is then made anew from master."""
        self.green(branch)
        self.ship(branch)
        deploy = self.commit()
        del self.code.branches["feature-x"]
        self.green("feature-x")
        return deploy

    @property
    def routings(self) -> set[Routing]:
        """What the balancers do; the salt is left out, which is the deploy's id wherever there is a candidate."""
        for traffic in self.balancers.traffic.values():
            assert bool(traffic.routing.salt) is (traffic.routing.candidate is not None)
        return {replace(traffic.routing, salt="") for traffic in self.balancers.traffic.values()}

    def deploys_on_hosts(self) -> set[str]:
        return {container.deploy for host in self.fleet.host.values() for container in host.containers.values()}

    def phases(self) -> list[Phase]:
        """The phases that the last deploy has gone through."""
        found: list[Phase] = []
        for _, deploy in self.listener.entries:
            if not found or found[-1] is not deploy.phase:
                found.append(deploy.phase)
        return found

    def happened(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.journal.events if isinstance(event, kind)]


def in_background(work: Callable[[], Any]) -> gevent.Greenlet[..., Any]:
    """Work in a greenlet, whose expected errors are its value: reading it never hangs for ever."""
    return gevent.spawn(_outcome, work)


def _outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - whatever it raised is what the test looks at
        return error


def result_of(greenlet: gevent.Greenlet[..., Any]) -> Any:
    return greenlet.get(timeout=WAIT_SECONDS)


BLUE_ONLY = Routing(Slot.BLUE)
GREEN_ONLY = Routing(Slot.GREEN)
