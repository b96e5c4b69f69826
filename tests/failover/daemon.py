"""shippy as it runs, save that the world it acts on is in the tests' process: `daemon.py NAME SOCKET CONFIG`."""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])

import ship

import logging
from typing import Any, cast

from shippy.config import load
from shippy.deploys.site import Site
from shippy.errors import ShippyError
from tests.failover.wire import Far

READABLE = {"fleet": frozenset({"hosts"}), "balancers": frozenset({"names"}), "code": frozenset({"budget"})}


def main() -> None:
    name, world, path = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = load(Path(path))
    far = {part: cast(Any, Far(Path(world), name, part, readable)) for part, readable in READABLE.items()}
    sites = {
        app: Site(app, settings, far["code"], far["fleet"], far["balancers"]) for app, settings in config.apps.items()
    }
    try:
        ship.run_in_turn(config, sites)
    except ShippyError as error:
        sys.exit(f"shippy: {error}")


if __name__ == "__main__":
    main()
