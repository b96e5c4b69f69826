"""One HAProxy as a balancer of one app: what is wanted goes to its disk first, then into the running process."""

from __future__ import annotations

from functools import partial

from shippy.backend.balancers import AllOrNone
from shippy.backend.haproxy_config import map_name, server_options
from shippy.backend.haproxy_files import Files
from shippy.backend.haproxy_plan import gains, plan
from shippy.backend.haproxy_runtime import Runtime
from shippy.backend.haproxy_servers import Servers
from shippy.backend.haproxy_state import State
from shippy.backend.pins import signed_pins
from shippy.config.schema import App, Balancer
from shippy.errors import Unavailable
from shippy.model import Slot, Traffic

HEALTHY_WITHIN = 3.0


def haproxy_balancers(name: str, app: App) -> AllOrNone:
    """All balancers of an app, each a HAProxy with the configuration that `haproxy-config` prints."""
    return AllOrNone([HAProxy(name, app, balancer) for balancer in app.balancers], partial(signed_pins, name, app))


class HAProxy:
    """What one HAProxy does for one app."""

    def __init__(self, app_name: str, app: App, balancer: Balancer) -> None:
        self._name = balancer.name
        self._healthy_within = HEALTHY_WITHIN + app.health.timeout
        self._files = Files(app_name, app, balancer.files, balancer.name) if balancer.files else None
        runtime = Runtime(balancer.name, balancer.runtime)
        self._servers = Servers(
            balancer.name, app_name, runtime, map_name(app_name, balancer), server_options(app.health)
        )

    @property
    def name(self) -> str:
        return self._name

    def read(self) -> Traffic:
        return self._servers.read().traffic

    def record(self, wanted: Traffic) -> None:
        if self._files:
            self._files.write(wanted)

    def prepare(self, wanted: Traffic, *, careful: bool) -> None:
        actual = self._servers.read()
        steps = plan(actual, wanted)
        if steps.route_first:
            self._route(actual, steps.entry)
        for slot, name in steps.replace:
            self._servers.remove(slot, name)
        for slot, endpoint in steps.add:
            self._servers.add(slot, endpoint)
        resting = steps.add + steps.wake
        if careful:
            for slot, endpoint in resting:
                self._servers.probe(slot, endpoint)
            self._servers.await_health(resting, self._healthy_within)
        for slot, endpoint in resting:
            self._servers.serve(slot, endpoint)
        if careful:
            self._require_servers(actual, wanted)

    def switch(self, wanted: Traffic) -> None:
        actual = self._servers.read()
        self._route(actual, plan(actual, wanted).entry)

    def settle(self, wanted: Traffic) -> None:
        for slot, name in plan(self._servers.read(), wanted).remove:
            self._servers.remove(slot, name)

    def sessions(self, slot: Slot) -> int:
        return self._servers.slot(slot).sessions

    def servers_up(self, slot: Slot) -> int:
        return sum(server.up for server in self._servers.slot(slot).servers)

    def _route(self, actual: State, entry: str | None) -> None:
        if entry is not None:
            self._servers.route(entry, there=actual.entry is not None)

    def _require_servers(self, before: State, wanted: Traffic) -> None:
        """Refuse to send more of the public to a slot in which every server is down."""
        for slot in sorted(gains(before.traffic.routing, wanted.routing)):
            if wanted.in_slot(slot) and not self._servers.slot(slot).up:
                raise Unavailable(self._name, f"no server in {slot} is up")
