"""shippy as it runs, save that its containers and its GitHub are in memory: `shippy_in_memory.py run --config FILE`.

Chat, journal, balancers, and everything in between, are the real ones.
"""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

import ship

import logging

from shippy.app import Daemon
from shippy.backend.haproxy import haproxy_balancers
from shippy.config import load
from shippy.config.schema import App
from shippy.deploys.site import Site
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet, FakeHost

BRANCHES = 100
"""There are change-0, change-1, … to be shipped."""


def main() -> None:
    *_, path = sys.argv
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = load(Path(path))
    ship.serve(Daemon(config, {name: site(name, app) for name, app in config.apps.items()}))


def site(name: str, app: App) -> Site:
    code = FakeCodeHost()
    for number in range(BRANCHES):
        code.commit(f"change-{number}")
    fleet = FakeFleet([])
    fleet.host.update({host.name: FakeHost(host.name, host.address) for host in app.hosts})
    return Site(name, app, code, fleet, haproxy_balancers(name, app))


if __name__ == "__main__":
    main()
