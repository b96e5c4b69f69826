"""Shippy itself, run in the playground as its users run it: a config file, a process, a local socket."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from playground.machine.balancer import Balancer
from playground.machine.process import Process
from playground.machine.topology import Host, Machines

ROOT = Path(__file__).parents[1]
SHIP = ROOT / "ship.py"
READY_SECONDS = 30.0
THAWED_SECONDS = 5.0
COMMAND_SECONDS = 120.0
APP = "web"


class ShippyRefused(RuntimeError):
    """The command line of shippy ended with an error; has its output."""


@dataclass(frozen=True)
class Connections:
    """Where the daemon finds its chat and its GitHub, and the tokens for them."""

    transport: str
    slack_api: str
    bot_token: str
    app_token: str
    github_api: str
    github_token: str


def app_section(machines: Machines, repository: str = "acme/web", *, swarm: bool = False) -> dict[str, Any]:
    """The config of the sample app on these machines. The first balancer is reached by its socket, others over TCP.

    Args:
        swarm: its containers run in the swarm of the hosts, of which nothing is reached but the managers.
    """
    first, *others = machines.balancers
    runtimes = {first.name: f"unix://{first.socket}"} | {other.name: other.runtime_url for other in others}
    return {
        "repository": repository,
        "image": f"{machines.registry.address}/{repository}:{{commit}}",
        "container": {"port": 8080, "stop_grace": "5s"},
        "health": {"path": "/health", "interval": "500ms", "timeout": "2s", "deadline": "10s"},
        **_fleet_section(machines.hosts, swarm=swarm),
        "balancers": [
            {"name": balancer.name, "runtime": runtimes[balancer.name], "files": str(balancer.files)}
            for balancer in machines.balancers
        ],
        "vip": first.vip_url,
        "public": first.public_url,
        "traffic": {"drain": "10s", "warm": "15m", "link_key": secrets.token_hex(32)},
        "checks": {"statuses": ["ci/build", "qa/sign-off"], "up_to_date": True},
        "github_deployments": {},
    }


def _fleet_section(hosts: Sequence[Host], *, swarm: bool) -> dict[str, Any]:
    if not swarm:
        return {"hosts": [_host_section(host) for host in hosts]}
    nodes = [{"name": host.name, "address": host.address} for host in hosts]
    return {"swarm": {"managers": [host.docker for host in hosts], "nodes": nodes}}


def _host_section(host: Host) -> dict[str, Any]:
    section: dict[str, Any] = {"name": host.name, "docker": host.docker, "address": host.address}
    if host.tls:
        section["tls"] = {"ca": str(host.tls.ca), "cert": str(host.tls.cert), "key": str(host.tls.key)}
    return section


class Daemon:
    """A shippy on the playground's machines, with everything that it keeps in one folder."""

    def __init__(
        self,
        folder: Path,
        connections: Connections,
        app: Mapping[str, Any],
        program: Sequence[str | Path] = (sys.executable, SHIP),
        *,
        journal: str = "",
    ) -> None:
        """Write the config. `program` is what is started with `run`; everything else is done by ship.py itself.

        Without the URL of a `journal` it has a file in the folder.
        """
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.config = folder / "shippy.yml"
        self.control = folder / "control.sock"
        self.journal = journal or f"sqlite:///{folder}/journal.db"
        self._program = tuple(program)
        self._process: Process | None = None
        self._runs = 0
        self._connections = connections
        self.configure(app)

    def configure(self, app: Mapping[str, Any]) -> None:
        """Write the config with this for the app. A daemon that runs has read it already."""
        self.config.write_text(yaml.safe_dump(self._content(app), sort_keys=False))

    def _content(self, app: Mapping[str, Any]) -> dict[str, Any]:
        connections = self._connections
        return {
            "chat": {
                "transport": connections.transport,
                "bot_token": connections.bot_token,
                "app_token": connections.app_token,
                "api_url": connections.slack_api,
                "channels": ["#deploys"],
            },
            # A proxy that the environment names has no business between the parts of the playground.
            "github": {"api_url": connections.github_api, "token": connections.github_token, "proxy": "direct"},
            "journal": self.journal,
            "control": str(self.control),
            "apps": {APP: dict(app)},
        }

    def balancer_config(self, balancer: Balancer, first: Balancer) -> str:
        """What `balancer-config` prints for a balancer, whose first files it writes too.

        Balancers on one address share nothing but that: each gets the ports of its own there, and the user that runs
        the playground.
        """
        which = ("--config", self.config, "--app", APP, "--balancer", balancer.name)
        config = self._print("balancer-config", "--install", *which)
        if balancer.address != first.address or balancer is first:
            return config if balancer.address != "127.0.0.1" else _without_user(config)
        for of_first, own in ((first.public_url, balancer.public_url), (first.vip_url, balancer.vip_url)):
            config = config.replace(f"bind {_where(of_first)}\n", f"bind {_where(own)}\n")
        return _without_user(config)

    def start(self) -> None:
        """Start the daemon and wait until its local socket answers.

        Raises:
            ProcessFailed: it could not start; with the last lines of its log.
        """
        self._runs += 1
        log = self.folder / f"shippy-{self._runs}.log"
        command = [*self._program, "run", "--config", self.config]
        self._process = Process.start("shippy", command, log, cwd=self.folder, if_owner_dies=signal.SIGTERM)
        self._process.wait_until(self._answers, READY_SECONDS)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    @property
    def pid(self) -> int:
        """The daemon's process. Raises ShippyRefused where none has been started."""
        if self._process is None:
            raise ShippyRefused("no daemon has been started")
        return self._process.pid

    def tell(self, text: str) -> str:
        """What the daemon answers to a command over its local socket. Raises ShippyRefused if it was not done."""
        return self._print("tell", "--control", self.control, text)

    def thaw(self) -> int:
        """Let it go on that was stopped by SIGSTOP, and wait for its end; returns its exit code."""
        if self._process is None:
            return 0
        self._process.thaw()
        return self._process.popen.wait(THAWED_SECONDS)

    def stop(self) -> int:
        """SIGTERM, and wait; returns the exit code, 0 where nothing ran. May be called again."""
        if self._process is None:
            return 0
        code = self._process.stop(grace=15.0)
        self._process = None
        return code

    def kill(self) -> None:
        """SIGKILL."""
        if self._process:
            self._process.kill()
            self._process = None

    def _answers(self) -> bool:
        """A daemon that was killed has left its socket behind, on which nobody listens."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.control)) == 0

    def _print(self, *arguments: str | Path) -> str:
        command = [sys.executable, str(SHIP), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)  # noqa: S603 - our own program
        if done.returncode:
            raise ShippyRefused(f"{' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout


def _where(url: str) -> str:
    return url.removeprefix("http://").rstrip("/")


def _without_user(config: str) -> str:
    """HAProxy may only change its user as root, and here it is run by whoever runs the playground."""
    return "".join(
        line
        for line in config.splitlines(keepends=True)
        if line.split() not in (["user", "haproxy"], ["group", "haproxy"])
    )
