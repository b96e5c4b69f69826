"""One shippy with ten apps on a hundred hosts, as it is measured at rest: `python ship.py run`, as anybody starts it.

The playground's Slack and GitHub are processes of their own. In place of a hundred engines and twenty HAProxies, which
this machine could not run, stands what answers as they do (benchmarks.engines, benchmarks.runtime_apis).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.engines.settings import address
from benchmarks.running import engines as running_engines
from playground.daemon import APP, Connections, Daemon
from playground.github.client import Hub
from playground.machine.server import start_server
from playground.slack.process import Running, running
from shippy.chat.tell import tell

REPOSITORY = "acme/web"
MAIN, CHANGE = "master", "change"
NO_ADDRESS = "http://127.0.0.1:1"
START_SECONDS = 30.0
TELL_SECONDS = 60.0
MB = 1024
TICKS = 100.0
"""A second of the processor's time in /proc (USER_HZ, proc(5)), which is this on every Linux that shippy is for."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to look after. One app is on all hosts and balancers; the others share them out."""

    apps: int = 10
    hosts: int = 100
    balancers: int = 20


class Resting:
    """Everything ends with the ExitStack that it was started on."""

    def __init__(self, size: Size, folder: Path, ending: ExitStack) -> None:
        self._folder = folder
        self._size = size
        ending.enter_context(runtime_apis(folder, size.balancers))
        engines = ending.enter_context(running_engines(size.hosts))
        self.slack: Running = ending.enter_context(running())
        github = ending.enter_context(start_server("playground.github", "--root", folder / "git", folder=folder))
        plant(Hub(github.url, REPOSITORY))
        slack = (self.slack.api_url, self.slack.bot_token, self.slack.app_token)
        connections = Connections("socket_mode", *slack, github.info["api_url"], github.info["token"])
        self.daemon = Daemon(folder / "shippy", connections, {})
        content = yaml.safe_load(self.daemon.config.read_text())
        apps = dict(self._apps(engines.port))
        self.daemon.config.write_text(yaml.safe_dump(content | {"apps": apps}, sort_keys=False))
        ending.callback(self.daemon.stop)

    def start(self) -> float:
        """Start the daemon; returns the seconds until Slack has its connection."""
        began = time.perf_counter()
        self.daemon.start()
        self.slack.workspace.wait_for_connections(1, START_SECONDS)
        return time.perf_counter() - began

    def go_live(self) -> None:
        """Have every app serve the public."""
        for app in self.apps:
            self.tell(f"ship {MAIN}", app)
            self.tell("commit", app)

    def wait_at(self, share: int) -> None:
        """Have one deploy, on all hosts and balancers, wait at so many percent."""
        self.tell(f"ship {CHANGE}")
        self.tell(f"rollout {share}")

    @property
    def apps(self) -> list[str]:
        return [APP, *(f"app{number}" for number in range(1, self._size.apps))]

    def tell(self, text: str, app: str = APP) -> None:
        """Have something done. Raises RuntimeError if it was not."""
        said: list[str] = []
        if not tell(self.daemon.control, f"{text} {app}", said.append, TELL_SECONDS):
            raise RuntimeError(f"{text} {app}: {said}")

    def ask_often(self, commands: Sequence[str], times: int, from_the_chat: int) -> None:
        """Type commands in turn, in all so many; one of `from_the_chat` in the chat, the others on the local socket."""
        for number in range(times):
            text = commands[number % len(commands)]
            if number % from_the_chat == 0:
                self.slack.workspace.type("dana", f"shippy {text}")
            else:
                tell(self.daemon.control, f"{text} {APP}", lambda _: None, TELL_SECONDS)

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        lines = Path(f"/proc/{self.daemon.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / MB for line in lines if line.startswith("VmRSS"))

    def load(self, seconds: float) -> float:
        """The share of one core that the daemon needs, in percent, over so many seconds."""
        before, began = self._processor_seconds(), time.perf_counter()
        time.sleep(seconds)
        return 100 * (self._processor_seconds() - before) / (time.perf_counter() - began)

    def _processor_seconds(self) -> float:
        # Its name may have anything in it, and stands in brackets.
        cells = Path(f"/proc/{self.daemon.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(cells[11]) + int(cells[12])) / TICKS

    def _apps(self, port: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
        hosts = [_host(number, port) for number in range(self._size.hosts)]
        balancers = [_balancer(number, self._folder) for number in range(1, self._size.balancers + 1)]
        first, *others = self.apps
        yield first, _app(first, hosts, balancers)
        for number, name in enumerate(others):
            yield name, _app(name, hosts[number :: len(others)], balancers[number :: len(others)])


def plant(hub: Hub) -> None:
    """A repository with something to be live, and a change."""
    hub.create()
    hub.push_file(MAIN, "a.txt", "a", "Begin")
    hub.push_file(CHANGE, "a.txt", "b", "Change")


def _app(name: str, hosts: list[Any], balancers: list[Any]) -> Mapping[str, Any]:
    return {
        "repository": REPOSITORY,
        "image": f"registry.example.com/acme/{name}:{{commit}}",
        "hosts": hosts,
        "balancers": balancers,
        "vip": NO_ADDRESS,
        "public": NO_ADDRESS,
        "lock": name,
        "traffic": {"drain": "1s"},
        "checks": {"up_to_date": False},
    }


def _host(number: int, port: int) -> Mapping[str, str]:
    host = address(number)
    return {"name": f"host{number + 1}", "docker": f"tcp://{host}:{port}", "address": host}


def _balancer(number: int, folder: Path) -> Mapping[str, str]:
    return {"name": f"lb{number}", "runtime": f"unix://{folder}/lb{number}.sock"}


@contextmanager
def runtime_apis(folder: Path, count: int) -> Iterator[None]:
    """So many Runtime APIs, as lb1.sock and so on in a folder."""
    command = [sys.executable, "-m", "benchmarks.runtime_apis", str(folder), "--count", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        if not (process.stdout and process.stdout.readline()):
            raise RuntimeError("the Runtime APIs did not start")
        try:
            yield
        finally:
            process.terminate()
