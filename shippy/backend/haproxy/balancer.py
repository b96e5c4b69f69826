"""One HAProxy as a balancer of one app: what is wanted goes to its disk first, then into the running process."""

from __future__ import annotations

from functools import partial

from shippy.backend.asking import Asked
from shippy.backend.balancers import AllOrNone
from shippy.backend.haproxy.config import map_name, server_options
from shippy.backend.haproxy.counts import EVERY_BACKEND, parse_counts
from shippy.backend.haproxy.files import Files
from shippy.backend.haproxy.plan import Plan, plan
from shippy.backend.haproxy.pulse import Answers, Asking, Pulses
from shippy.backend.haproxy.runtime import Runtime
from shippy.backend.haproxy.servers import Servers
from shippy.backend.haproxy.state import State
from shippy.backend.haproxy.watch import Alike, Watch
from shippy.backend.pins import signed_pins
from shippy.config.balancers import Balancer
from shippy.config.schema import App
from shippy.errors import Unavailable
from shippy.model import Routing, Slot, SlotCounts, Traffic

HEALTHY_WITHIN = 3.0


class Kept:
    """What the HAProxies of an app share, and in it `pulses`, which all apps of a daemon share."""

    def __init__(self, pulses: Pulses | None = None) -> None:
        self.pulses = pulses or Pulses()
        self.alike = Alike()


def haproxy_balancers(name: str, app: App, pulses: Pulses | None = None) -> AllOrNone:
    """All balancers of an app, each a HAProxy with the configuration that `balancer-config` prints."""
    kept = Kept(pulses)
    return AllOrNone(
        [HAProxy(name, app, balancer, kept) for balancer in app.haproxies], partial(signed_pins, name, app)
    )


class HAProxy:
    """What one HAProxy does for one app."""

    def __init__(self, app_name: str, app: App, balancer: Balancer, kept: Kept | None = None) -> None:
        kept = kept or Kept()
        self._name = balancer.name
        self._healthy_within = HEALTHY_WITHIN + app.health.timeout
        self._files = Files(app_name, app, balancer.files, balancer.name) if balancer.files else None
        runtime = Runtime(balancer.name, balancer.runtime)
        self._app = app_name
        self._pulse = kept.pulses.of(runtime)
        self._watch = Watch(self._pulse, app_name, map_name(app_name, balancer), self.look, kept.alike)
        self._servers = Servers(
            balancer.name, app_name, runtime, map_name(app_name, balancer), server_options(app.health)
        )

    @property
    def name(self) -> str:
        return self._name

    def look(self) -> State:
        return self._servers.read()

    def watch(self) -> Asked[Traffic]:
        return self._watch.ask()

    def record(self, wanted: Traffic) -> None:
        self._watch.forget()
        if self._files:
            self._files.write(wanted)

    def prepare(self, seen: State, wanted: Traffic, *, careful: bool) -> State:
        steps = plan(seen, wanted)
        if steps.route_first:
            self._route(seen, steps.entry)
        for slot, name in steps.replace:
            self._servers.remove(slot, name)
        if steps.add or steps.wake:
            ready = self._let_serve(steps, careful=careful)
        elif steps.route_first or steps.replace:
            ready = self.look()
        else:
            ready = seen
        if careful:
            self._require_servers(seen.traffic.routing, ready, wanted)
        return ready

    def switch(self, seen: State, wanted: Traffic) -> State:
        return self._route(seen, plan(seen, wanted).entry)

    def settle(self, seen: State, wanted: Traffic) -> State:
        unwanted = plan(seen, wanted).remove
        for slot, name in unwanted:
            self._servers.remove(slot, name)
        return self.look() if unwanted else seen

    def sessions(self, slot: Slot) -> int:
        return self._servers.slot(slot).sessions

    def servers_up(self, slot: Slot) -> int:
        return sum(server.up for server in self._servers.slot(slot).servers)

    def counts(self) -> Asked[SlotCounts]:
        return Asking(self._pulse.ask([EVERY_BACKEND]), self._counted, lambda _: self._servers.counts())

    def _counted(self, answers: Answers) -> SlotCounts:
        return parse_counts(answers[EVERY_BACKEND].decode(errors="replace"), self._app)

    def _let_serve(self, steps: Plan, *, careful: bool) -> State:
        self._servers.add(steps.add, steps.wake, check=careful)
        resting = steps.add + steps.wake
        if careful:
            self._servers.await_health(resting, self._healthy_within)
        return self._servers.serve(resting)

    def _route(self, seen: State, entry: str | None) -> State:
        return seen if entry is None else self._servers.route(entry, there=seen.entry is not None)

    def _require_servers(self, before: Routing, ready: State, wanted: Traffic) -> None:
        """Refuse to send more of the public to a slot in which every server is down."""
        for slot in wanted.routing.gaining(before):
            if wanted.in_slot(slot) and not ready.slots[slot].up:
                raise Unavailable(self._name, f"no server in {slot} is up")
