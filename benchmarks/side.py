"""One shippy with so many balancers, as it is measured: a Slack, the daemon, HAProxies, and containers that answer.

Everything runs on this machine's own addresses and ends with the ExitStack that it was started on.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from playground.daemon import APP, Connections, Daemon
from playground.machine.balancer import Balancer, Ports
from playground.machine.probes import exchange
from playground.machine.world import World
from playground.slack.process import running
from shippy.backend.haproxy.config import balancer_config
from shippy.backend.haproxy.files import install_files
from shippy.chat.tell import tell
from shippy.config import load
from tests.fakes.hosts import FIRST_PORT

PROGRAM = (sys.executable, Path(__file__).with_name("shippy_in_memory.py"))
HOSTS = 3
FIRST_PUBLIC_PORT = 12_000
PORTS_A_WORLD = 64
DEPLOYS = 60
LOOK_EVERY = 0.0005
EFFECT_SECONDS = 20.0
TRIES = 10
SLACK = 0.05
TRY_EVERY = 0.5
NO_ADDRESS = "http://127.0.0.1:1"

Entry = tuple[str, str, str]
"""Stable slot, candidate slot and share, as they stand in a balancer's map."""

CONTAINERS = """
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 1s
frontend containers
{binds}
    http-request return status 200
"""


class NoEffect(RuntimeError):
    """What was typed has not come to every balancer."""


class Side:
    """`balancers` is their number. A deploy can be measured once `ready` has returned."""

    def __init__(self, balancers: int, ending: ExitStack) -> None:
        world = ending.enter_context(World.claim())
        names = [f"lb{number}" for number in range(1, balancers + 1)]
        self.count = balancers
        # Below those that the system gives to connections, and apart from other worlds'.
        ports = count(FIRST_PUBLIC_PORT + PORTS_A_WORLD * world.number)
        self._machines = [Balancer(world.here(name), Ports(next(ports), next(ports))) for name in names]
        slack = ending.enter_context(running())
        addresses = [f"127.77.{world.number}.{number}" for number in range(1, HOSTS + 1)]
        self._start_containers(world, addresses)
        no_github = (NO_ADDRESS, "a token")
        connections = Connections("socket_mode", slack.api_url, slack.bot_token, slack.app_token, *no_github)
        self._daemon = Daemon(world.folder / "shippy", connections, self._app(addresses), PROGRAM)
        self._start_balancers()
        self._daemon.start()
        ending.callback(self._daemon.stop)
        self._slack = slack.workspace
        self._slack.wait_for_connections(1)
        self._shipped = 0
        self._measured: list[tuple[str, float, float]] = []

    def stop(self) -> None:
        """End the daemon; `parts` are known then."""
        self._daemon.stop()

    def parts(self, what: str) -> dict[str, float]:
        """What the measurements of this kind were spent on, each the median of seconds over all of them."""
        steps = json.loads((self._daemon.folder / "steps.json").read_text())
        windows = [parts_of(steps, began, ended) for kind, began, ended in self._measured if kind == what]
        return {part: median(window[part] for window in windows) for part in windows[0]}

    def tell(self, text: str) -> None:
        """Have something done that is not measured; tried again where what was measured last is still under way."""
        said: list[str] = []
        for _ in range(TRIES):
            if tell(self._daemon.control, text, said.append):
                return
            time.sleep(TRY_EVERY)
        raise RuntimeError(f"{text}: {said}")

    def ship(self) -> None:
        """Bring the next change to the VIP."""
        self.tell(f"ship change-{self._shipped}")
        self._shipped += 1

    def seconds_until_effect(self, text: str, wanted: Callable[[Entry], bool]) -> float:
        """Type something in the chat; returns how long it takes until every balancer itself says what is wanted.

        Raises:
            NoEffect: a balancer does not.
        """
        typing = threading.Thread(target=self._slack.type, args=("dana", f"shippy {text}"))
        began = time.perf_counter()
        typing.start()
        for machine in self._machines:
            while not wanted(self.entry(machine)):
                if time.perf_counter() - began > EFFECT_SECONDS:
                    raise NoEffect(f"{text}, on {machine.name}: {self.entry(machine)}")
                time.sleep(LOOK_EVERY)
        ended = time.perf_counter()
        typing.join()
        self._measured.append((text.split(maxsplit=1)[0], began, ended))
        return ended - began

    def entry(self, machine: Balancer | None = None) -> Entry:
        """What a balancer's map says, asked from its Runtime API; the first one's if left out."""
        asked = machine or self._machines[0]
        answer = exchange(asked.socket, f"show map {asked.files / APP}.map\n")
        stable, candidate, share, *_ = answer.split()[2].split("/")
        return stable, candidate, share

    def _app(self, addresses: list[str]) -> dict[str, Any]:
        return {
            "repository": "acme/web",
            "image": "registry.example.com/acme/web:{commit}",
            "hosts": [
                {"name": f"web{number}", "docker": "unix:///var/run/docker.sock", "address": address}
                for number, address in enumerate(addresses, start=1)
            ],
            "balancers": [
                {"name": machine.name, "runtime": f"unix://{machine.socket}", "files": str(machine.files)}
                for machine in self._machines
            ],
            "vip": NO_ADDRESS,
            "public": NO_ADDRESS,
            "traffic": {"warm": "15m", "drain": "1s"},
            "checks": {"up_to_date": False},
        }

    def _start_balancers(self) -> None:
        app = load(self._daemon.config).apps[APP]
        install_files(APP, app)
        for machine, balancer in zip(self._machines, app.haproxies, strict=True):
            own = app.model_copy(update={"public": machine.public_url, "vip": machine.vip_url})
            machine.start(balancer_config({APP: own}, balancer))

    def _start_containers(self, world: World, addresses: list[str]) -> None:
        """The containers of every deploy to come, which are one HAProxy that answers at all of their addresses."""
        last = FIRST_PORT + DEPLOYS
        binds = "\n".join(f"    bind {address}:{FIRST_PORT}-{last}" for address in addresses)
        Balancer(world.here("containers")).start(CONTAINERS.format(binds=binds))


def parts_of(steps: list[tuple[str, float, float]], began: float, ended: float) -> dict[str, float]:
    """What the time between two moments went into. A step lasts from its first balancer's to its last one's."""
    within = [(step, first, last) for step, first, last in steps if began <= first and last <= ended + SLACK]
    recorded = min((first for step, first, _ in within if step == "record"), default=ended)
    # Later ones are the daemon's regular looks.
    looks = [(first, last) for step, first, last in within if step == "look" and first < recorded]
    spans = {"look": looks} | {
        name: [(first, last) for step, first, last in within if step == name] for name in ("record", "switch")
    }
    lasted = {
        name: max(last for _, last in span) - min(first for first, _ in span) if span else 0.0
        for name, span in spans.items()
    }
    return {"before": min((first for first, _ in looks), default=ended) - began} | lasted
