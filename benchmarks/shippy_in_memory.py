"""shippy as it runs, save that its containers and its GitHub are in memory: `shippy_in_memory.py run --config FILE`.

Chat, journal, balancers, and everything in between, are the real ones. When it ends it writes into steps.json, beside
the config, when each step on a balancer began and ended, in seconds by a clock that all processes share.
"""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

import ship

import json
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from shippy.app import Daemon
from shippy.backend.balancers import AllOrNone
from shippy.backend.haproxy.balancer import HAProxy
from shippy.backend.haproxy.state import State
from shippy.config import load
from shippy.config.balancers import Balancer
from shippy.config.schema import App
from shippy.deploys.site import Site
from shippy.model import Traffic
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet
from tests.fakes.hosts import FakeHost

T = TypeVar("T")
Steps = list[tuple[str, float, float]]

BRANCHES = 100
"""There are change-0, change-1, … to be shipped."""


class Timed(HAProxy):
    """A HAProxy whose steps are written down."""

    def __init__(self, app_name: str, app: App, balancer: Balancer, steps: Steps) -> None:
        super().__init__(app_name, app, balancer)
        self._steps = steps

    def look(self) -> State:
        return self._timed("look", super().look)

    def record(self, wanted: Traffic) -> None:
        self._timed("record", lambda: super(Timed, self).record(wanted))

    def prepare(self, seen: State, wanted: Traffic, *, careful: bool) -> State:
        return self._timed("prepare", lambda: super(Timed, self).prepare(seen, wanted, careful=careful))

    def switch(self, seen: State, wanted: Traffic) -> State:
        return self._timed("switch", lambda: super(Timed, self).switch(seen, wanted))

    def _timed(self, step: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._steps.append((step, began, time.perf_counter()))


def main() -> None:
    path = Path(sys.argv[-1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = load(path)
    steps: Steps = []
    ship.serve(Daemon(config, {name: site(name, app, steps) for name, app in config.apps.items()}))
    path.with_name("steps.json").write_text(json.dumps(steps))


def site(name: str, app: App, steps: Steps) -> Site:
    code = FakeCodeHost()
    for number in range(BRANCHES):
        code.commit(f"change-{number}")
    fleet = FakeFleet([])
    fleet.host.update({host.name: FakeHost(host.name, host.address) for host in app.hosts})
    balancers = AllOrNone([Timed(name, app, balancer, steps) for balancer in app.haproxies])
    return Site(name, app, code, fleet, balancers)


if __name__ == "__main__":
    main()
