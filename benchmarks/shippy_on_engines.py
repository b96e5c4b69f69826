"""shippy as it runs, save that its GitHub and its balancers are in memory: `shippy_on_engines.py run --config FILE`.

Chat, journal, and the fleet with all its connections, are the real ones. With --held-up as its first argument it leaves
held-up.txt beside the config when it ends: see held_up.py.
"""

# ruff: noqa: E402, I001 - ship.py has to be the first import: it has everything patched by gevent
from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

import ship

import logging

from benchmarks.held_up import OPTION, HeldUp
from shippy.app import Daemon
from shippy.backend.docker.fleet import DockerFleet
from shippy.config import load
from shippy.config.schema import App
from shippy.deploys.site import Site
from tests.fakes.balancers import FakeBalancers
from tests.fakes.codehost import FakeCodeHost

BRANCHES = ("live", "change")
"""The first of them is to be live when the second is measured."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    file = Path(sys.argv[-1])
    config = load(file)
    held_up = HeldUp() if sys.argv[1] == OPTION else None
    ship.serve(Daemon(config, {name: site(name, app) for name, app in config.apps.items()}))
    if held_up:
        file.with_name("held-up.txt").write_text("\n".join(held_up.lines()))


def site(name: str, app: App) -> Site:
    code = FakeCodeHost()
    for branch in BRANCHES:
        code.commit(branch)
    return Site(name, app, code, DockerFleet(name, app), FakeBalancers())


if __name__ == "__main__":
    main()
