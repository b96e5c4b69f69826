"""shippy itself, save that its hosts, its balancers and its GitHub are in memory: `… run --config FILE`."""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[3])

import ship

import logging

from shippy.app import Daemon
from shippy.config import load
from shippy.config.schema import App
from shippy.deploys.site import Site
from tests.fakes.balancers import FakeBalancers
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = load(Path(sys.argv[-1]))
    ship.serve(Daemon(config, {name: site(name, app) for name, app in config.apps.items()}))


def site(name: str, app: App) -> Site:
    return Site(name, app, FakeCodeHost(), FakeFleet([host.name for host in app.hosts]), FakeBalancers())


if __name__ == "__main__":
    main()
