"""An HAProxy of its own for a place, with the configuration that it is given."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

from playground.machine.probes import exchange
from playground.machine.proxy import READY_SECONDS, Proxy
from playground.machine.world import Place


@dataclass(frozen=True)
class Ports:
    """The ports of a balancer: for the public, for the VIP, and for the Runtime API over TCP."""

    public: int = 80
    vip: int = 8001
    runtime: int = 9999


class Balancer(Proxy):
    """HAProxy under its master process, so that a reload keeps the listening sockets open.

    What its configuration should name: `address` and `ports`, `socket` (the Runtime API's unix socket) and `files` (the
    folder for what is kept on disk; each `*.cfg` in it is read too, in the order of their names).
    """

    def __init__(self, place: Place, ports: Ports | None = None) -> None:
        self.ports = ports or Ports()
        super().__init__(place, self.ports)
        self.socket = place.folder / "runtime.sock"
        self._config = place.folder / "haproxy.cfg"
        self._master = place.folder / "master.sock"

    @property
    def runtime_url(self) -> str:
        return f"tcp://{self.address}:{self.ports.runtime}"

    def runtime_sockets(self) -> str:
        """A `global` section that opens the Runtime API at `socket` and at `runtime_url`."""
        return (
            "global\n"
            f"    stats socket {self.socket} mode 600 level admin\n"
            f"    stats socket ipv4@{self.address}:{self.ports.runtime} level admin\n"
        )

    def start(self, config: str | None = None) -> None:
        """Start it, and wait until its worker runs: see Proxy."""
        if config is not None:
            self._config.write_text(config)
        self._master.unlink(missing_ok=True)
        command: list[str | Path] = ["haproxy", "-W", "-S", self._master, "-f", self._config, "-f", self.files]
        self._process = self.place.start("haproxy", command)
        self._process.wait_until(lambda: _runs(self._ask("@1 show info")), READY_SECONDS)

    def reload(self, config: str | None = None) -> None:
        """Read configuration and files again in a new worker; the old one finishes what it has.

        Raises:
            ReloadFailed: HAProxy refuses them; the old worker goes on.
        """
        if config is not None:
            self._config.write_text(config)
        process = self._running()
        before = Reloads.of(self._ask("show proc"))
        process.signal(signal.SIGUSR2)
        process.wait_until(lambda: Reloads.of(self._ask("show proc")).all > before.all, READY_SECONDS)
        if Reloads.of(self._ask("show proc")).failed > before.failed:
            raise ReloadFailed(f"{self.name} refuses its configuration{process.last_lines()}")
        process.wait_until(lambda: _runs(self._ask("@1 show info")), READY_SECONDS)

    def _ask(self, command: str) -> str:
        """Ask HAProxy's master; "" while it does not answer."""
        return exchange(self._master, f"{command}\n", half_close=True)


class ReloadFailed(RuntimeError):
    """HAProxy goes on with what it had, because it refuses what it was to read."""


@dataclass(frozen=True)
class Reloads:
    """How often a master has been told to reload, and how often that failed."""

    all: int
    failed: int

    @classmethod
    def of(cls, processes: str) -> Reloads:
        """From the master's "show proc", whose line of the master is `PID master 2 [failed: 1] …`."""
        for line in processes.splitlines():
            words = line.replace("[failed:", "").replace("]", "").split()
            if words[1:2] == ["master"]:
                return cls(all=int(words[2]), failed=int(words[3]))
        return cls(all=0, failed=0)


def _runs(info: str) -> bool:
    return "\nPid: " in info
