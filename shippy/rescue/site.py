"""One app as a rescue sees it: its hosts, and every balancer by itself, so that none waits for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import gevent

from shippy.backend.docker.engine import Engines, TimeOuts
from shippy.backend.kinds import balancers_of, fleet_of
from shippy.config.schema import App
from shippy.errors import HostFailed, ShippyError, Unavailable
from shippy.model import Container, Traffic
from shippy.ports import Balancers, Fleet

T = TypeVar("T")

WITHIN_SECONDS = 15.0
TIME_OUTS = TimeOuts(connect=3.0, ask=5.0)


@dataclass(frozen=True, slots=True)
class Site:
    """`balancers` has each of them by its name, as the only one of its `Balancers`; `within` is what each gets."""

    app: str
    balancers: Mapping[str, Balancers]
    fleet: Fleet
    within: float = WITHIN_SECONDS

    def read(self) -> Mapping[str, Traffic | str]:
        """What each balancer does, or why it does not tell."""

        def ask(name: str, balancer: Balancers) -> Traffic | str:
            answer = balancer.read()[name]
            return answer if isinstance(answer, Traffic) else _why(answer)

        return self._each(ask)

    def force(self, wanted: Mapping[str, Traffic]) -> Mapping[str, str]:
        """Have balancers do what is wanted of each; returns the reason of each that does not."""
        outcomes = self._each(lambda name, balancer: balancer.force(wanted[name]).get(name, ""), wanted)
        return {name: why for name, why in outcomes.items() if why}

    def containers(self) -> Mapping[str, tuple[Container, ...] | str]:
        """What runs on each host, or why it does not tell."""
        with gevent.Timeout(self.within, Unavailable("the hosts", f"no answer within {self.within:g} s")):
            try:
                found = self.fleet.containers()
            except Unavailable as error:
                return dict.fromkeys(self.fleet.hosts, error.why)
        return {host: there.reason if isinstance(there, HostFailed) else there for host, there in found.items()}

    def _each(
        self, ask: Callable[[str, Balancers], T], names: Mapping[str, object] | None = None
    ) -> dict[str, T | str]:
        chosen = self.balancers if names is None else names
        running = {name: gevent.spawn(self._outcome, ask, name) for name in chosen}
        return {name: greenlet.get() for name, greenlet in running.items()}

    def _outcome(self, ask: Callable[[str, Balancers], T], name: str) -> T | str:
        try:
            with gevent.Timeout(self.within, Unavailable(name, f"no answer within {self.within:g} s")):
                return ask(name, self.balancers[name])
        except ShippyError as error:
            return _why(error)


def site(app: str, settings: App) -> Site:
    """The app, as its section of the config describes it."""
    alone = {one.name: settings.model_copy(update={"balancers": (one,)}) for one in settings.balancers}
    balancers = {name: balancers_of(app, section) for name, section in alone.items()}
    return Site(app, balancers, fleet_of(app, settings, Engines(TIME_OUTS)))


def _why(error: ShippyError) -> str:
    return error.why if isinstance(error, Unavailable) else str(error)
