"""A nginx of its own for a place, with the configuration that it is given."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.machine.probes import http_answers
from playground.machine.proxy import READY_SECONDS, Proxy
from playground.machine.world import Place

MAIN = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
worker_processes 2;
worker_shutdown_timeout 60s;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/shippy.conf;
}}
"""


@dataclass(frozen=True)
class Ports:
    """The ports of a nginx: for the public, for the VIP, and the first of the two for its state."""

    public: int
    vip: int
    state: int


class Nginx(Proxy):
    """A nginx with two workers.

    What its configuration should name: `address` and `ports`, and `files` (the folder for what is kept on disk). `pid`
    is the file that names its process.
    """

    def __init__(self, place: Place, ports: Ports) -> None:
        super().__init__(place, ports)
        self.ports = ports
        self.pid = place.folder / "nginx.pid"
        self.error_log = place.folder / "error.log"
        self.config = place.folder / "shippy.conf"
        self._main = place.folder / "nginx.conf"

    @property
    def state_url(self) -> str:
        return f"http://{self.address}:{self.ports.state}"

    def start(self, config: str | None = None) -> None:
        """Start it with this inside `http`, and wait until it listens: see Proxy."""
        if config is not None:
            self.config.write_text(config)
        # Its workers would be somebody who may not look into a world's folder.
        self._main.write_text(MAIN.format(folder=self.place.folder, user="user root;" if os.geteuid() == 0 else ""))
        command: list[str | Path] = ["nginx", "-e", "stderr", "-c", self._main]
        self._process = self.place.start("nginx", command)
        self._process.wait_until(self._answers, READY_SECONDS)

    def kill(self) -> None:
        """SIGKILL to it and its workers."""
        self._running().kill()

    def reload(self) -> None:
        """Tell it to read its files again; returns at once."""
        self._running().signal(signal.SIGHUP)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something, as long as it runs. Raises ProcessFailed."""
        self._running().wait_until(true, READY_SECONDS)

    def _answers(self) -> bool:
        return any(http_answers((self.address, self.ports.state + turn), "/") for turn in (0, 1))
