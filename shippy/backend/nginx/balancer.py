"""One nginx as a balancer of one app: what is wanted goes into its files, and it is told to reload.

Only what a reload can do is promised; docs/balancers.md has the limits in a table.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from gevent.pool import Pool

from shippy.backend.asking import Asked, Unasked
from shippy.backend.balancers import AllOrNone
from shippy.backend.nginx.files import Files
from shippy.backend.nginx.reload import reload
from shippy.backend.nginx.state import LOOK_EVERY, Running, State
from shippy.backend.probe import pauses, probe
from shippy.config.balancers import NginxBalancer
from shippy.config.schema import App
from shippy.errors import Unavailable
from shippy.model import Endpoint, Slot, SlotCounts, Traffic

HEALTHY_WITHIN = 3.0
PROBES_AT_ONCE = 20


def nginx_balancers(name: str, app: App) -> AllOrNone:
    """All balancers of an app, each a nginx with the configuration that `balancer-config` prints."""
    return AllOrNone([Nginx(name, app, balancer) for balancer in app.nginxes])


class Nginx:
    """What one nginx does for one app."""

    def __init__(self, app_name: str, app: App, balancer: NginxBalancer) -> None:
        self._name = balancer.name
        self._health = app.health
        self._reload = balancer.reload
        self._files = Files(app_name, balancer)
        self._state = State(balancer.name, app_name, balancer.state_ports)

    @property
    def name(self) -> str:
        return self._name

    def look(self) -> Running:
        return self._state.running()

    def watch(self) -> Asked[Traffic]:
        return Unasked(lambda: self.look().traffic)

    def record(self, wanted: Traffic) -> None:
        self._files.write(wanted)

    def prepare(self, seen: Running, wanted: Traffic, *, careful: bool) -> Running:
        if careful:
            before = seen.traffic
            self._await_health({each for slot in Slot for each in wanted.in_slot(slot) - before.in_slot(slot)})
            for slot in wanted.routing.gaining(before.routing):
                if wanted.in_slot(slot) and not self._up(wanted.in_slot(slot)):
                    raise Unavailable(self._name, f"no server in {slot} is up")
        return seen

    def switch(self, seen: Running, wanted: Traffic) -> Running:
        """Routing and servers are one file, and one reload: old workers keep the servers that they have requests at."""
        if seen.traffic == wanted:
            return seen
        after = Running(1 - seen.turn, wanted)
        self._files.write(wanted, after.turn)
        reload(self._name, self._reload)
        return self._await(after)

    def settle(self, seen: Running, wanted: Traffic) -> Running:  # noqa: ARG002 - part of the protocol
        return seen

    def sessions(self, slot: Slot) -> int | None:  # noqa: ARG002 - part of the protocol
        """None: nginx does not count by server, and its old workers do not answer at all."""
        self.look()
        return None

    def servers_up(self, slot: Slot) -> int:
        return len(self._up(self.look().traffic.in_slot(slot)))

    def counts(self) -> Asked[SlotCounts]:
        return Unasked(self._no_counts)

    def _no_counts(self) -> SlotCounts:
        raise Unavailable(self._name, "nginx does not count answers by release")

    def _await(self, wanted: Running) -> Running:
        """Return what every worker that takes connections does, once that is what is wanted."""
        deadline = time.monotonic() + self._reload.within
        while (answers := self._state.answers()) != [wanted]:
            if time.monotonic() > deadline:
                taken = any(answer == wanted for answer in answers)
                why = "its old workers still take connections" if taken else "it goes on with the old ones"
                raise Unavailable(
                    self._name,
                    f"it was to read its files again, and {self._reload.within:g} s later {why}; "
                    "`nginx -t` and its error log tell what is wrong",
                )
            time.sleep(LOOK_EVERY)
        return answers[0]

    def _await_health(self, endpoints: Iterable[Endpoint]) -> None:
        """Return once each has answered; Unavailable names one that has not in time."""
        waiting = frozenset(endpoints)
        deadline = time.monotonic() + HEALTHY_WITHIN + self._health.timeout
        for pause in pauses(self._health.interval, len(waiting)):
            waiting -= self._up(waiting)
            if not waiting:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(pause)
        late = min(waiting)
        said = probe(late, self._health.path, self._health.timeout) or "it has just come up"
        raise Unavailable(self._name, f"{late.host} ({late.address}:{late.port}) does not pass its check: {said}")

    def _up(self, endpoints: Iterable[Endpoint]) -> frozenset[Endpoint]:
        """Those that answer their health check to shippy itself: nginx has no checks of its own."""
        asked = sorted(endpoints)
        answers = Pool(PROBES_AT_ONCE).map(lambda each: probe(each, self._health.path, self._health.timeout), asked)
        return frozenset(each for each, problem in zip(asked, answers, strict=True) if problem is None)
