"""shippy as it runs, which writes down when each of its steps begins and ends: `shippy_timed.py run --config FILE`.

When it ends it leaves steps.json beside the config: what, where, begin and end in seconds by a clock that all processes
share, and the processor's seconds that the daemon had used by the end.
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
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TypeVar

from shippy.app import Daemon
from shippy.backend.balancers import AllOrNone
from shippy.backend.docker.fleet import DockerFleet
from shippy.backend.haproxy.balancer import HAProxy
from shippy.backend.haproxy.state import State
from shippy.backend.pins import signed_pins
from shippy.config import load
from shippy.config.balancers import Balancer
from shippy.config.schema import App
from shippy.deploys.site import Site
from shippy.errors import HostFailed
from shippy.github import GitHubRepository, connect
from shippy.github.connecting import Client
from shippy.model import Container, Endpoint, HostProgress, Image, Release, Traffic

T = TypeVar("T")
Report = Callable[[HostProgress], None]


class Steps:
    """What was done, where, from when to when, and with how much of the processor's time by then."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, float, float, float]] = []

    def timed(self, what: str, where: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self.done.append((what, where, began, time.perf_counter(), time.process_time()))

    def reporting(self, during: str, report: Report) -> Report:
        """The same report, which is written down as well."""

        def heard(progress: HostProgress) -> None:
            now = time.perf_counter()
            self.done.append((f"{during}: {progress.step}", progress.host, now, now, time.process_time()))
            report(progress)

        return heard


class TimedBalancer(HAProxy):
    def __init__(self, app_name: str, app: App, balancer: Balancer, steps: Steps) -> None:
        super().__init__(app_name, app, balancer)
        self._steps = steps

    def look(self) -> State:
        return self._steps.timed("look", self.name, super().look)

    def record(self, wanted: Traffic) -> None:
        self._steps.timed("files", self.name, lambda: super(TimedBalancer, self).record(wanted))

    def prepare(self, seen: State, wanted: Traffic, *, careful: bool) -> State:
        work = lambda: super(TimedBalancer, self).prepare(seen, wanted, careful=careful)  # noqa: E731 - as above
        return self._steps.timed("servers", self.name, work)

    def switch(self, seen: State, wanted: Traffic) -> State:
        return self._steps.timed("map", self.name, lambda: super(TimedBalancer, self).switch(seen, wanted))


class TimedFleet(DockerFleet):
    def __init__(self, app: str, settings: App, steps: Steps) -> None:
        super().__init__(app, settings)
        self._steps = steps

    def resolve(self, reference: str) -> Image:
        return self._steps.timed("resolve", "", lambda: super(TimedFleet, self).resolve(reference))

    def pull(
        self,
        image: Image,
        report: Report,
        finished: Callable[[str | HostFailed], None] = lambda _: None,
    ) -> Mapping[str, HostFailed]:
        began = time.perf_counter()

        def pulled(outcome: str | HostFailed) -> None:
            where = outcome if isinstance(outcome, str) else outcome.host
            self._steps.done.append(("pull", where, began, time.perf_counter(), time.process_time()))
            finished(outcome)

        return super().pull(image, report, pulled)

    def prepare(
        self,
        release: Release,
        progress: Report,
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        super().prepare(release, self._steps.reporting("prepare", progress), finished, hosts)

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        return self._steps.timed("leftovers", "", lambda: super(TimedFleet, self).remove(keep))


def main() -> None:
    path = Path(sys.argv[-1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = load(path)
    steps, client = Steps(), connect(config.github)
    ship.serve(Daemon(config, {name: site(name, app, client, steps) for name, app in config.apps.items()}))
    path.with_name("steps.json").write_text(json.dumps(steps.done))


def site(name: str, app: App, client: Client, steps: Steps) -> Site:
    balancers = [TimedBalancer(name, app, balancer, steps) for balancer in app.haproxies]
    all_or_none = AllOrNone(balancers, partial(signed_pins, name, app))
    return Site(name, app, GitHubRepository(client, app.repository), TimedFleet(name, app, steps), all_or_none)


if __name__ == "__main__":
    main()
