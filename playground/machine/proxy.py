"""What the balancers of both kinds have in common: a place, two addresses that people use, and a process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from playground.machine.process import Process
from playground.machine.world import Place

READY_SECONDS = 15.0


class Ports(Protocol):
    @property
    def public(self) -> int: ...
    @property
    def vip(self) -> int: ...


class Proxy(ABC):
    """A program that visitors come to. `files` is the folder for what it keeps on disk."""

    def __init__(self, place: Place, ports: Ports) -> None:
        self.place = place
        self.name = place.name
        self.address = place.address
        self.files = place.folder / "files"
        self.files.mkdir(exist_ok=True)
        self._people = ports
        self._process: Process | None = None

    @property
    def public_url(self) -> str:
        return f"http://{self.address}:{self._people.public}/"

    @property
    def vip_url(self) -> str:
        return f"http://{self.address}:{self._people.vip}/"

    @abstractmethod
    def start(self, config: str | None = None) -> None:
        """Start with this configuration (or the last one) and wait until it is there.

        Raises:
            ProcessFailed: it refuses the configuration, or cannot start; with its own words.
        """

    def stop(self) -> None:
        """End it at once, with the connections it has. May be called again."""
        if self._process:
            self._process.stop()

    def restart(self) -> None:
        """Stop and start with the same configuration and files: all that was set at run time is lost."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """It stops answering, its sockets stay open."""
        self._running().freeze()

    def thaw(self) -> None:
        self._running().thaw()

    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"the balancer {self.name} has not been started")
        return self._process
