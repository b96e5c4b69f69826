"""A Docker engine of its own for a machine: dockerd with its own containerd, data, and packet rules.

It runs in a process and a mount namespace of its own. So whatever ends it, however hard, also ends its containers and
takes its mounts along: there is nothing to be found and removed one by one.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import docker

from playground.machine.certificates import TlsFiles, make_certificates
from playground.machine.leftovers import cgroup_of, vanished
from playground.machine.network import Machine
from playground.machine.probes import http_answers
from playground.machine.process import Process

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
PLAIN_PORT = 2375
TLS_PORT = 2376


class Engine:
    """The engine of one machine, at `url` for everyone on the network and at `socket` for this machine alone."""

    def __init__(self, machine: Machine, *, tls: bool = False, disk_bytes: int | None = None) -> None:
        """Prepare an engine; `start` starts it.

        Args:
            tls: it speaks TLS only, and only to clients with a certificate: `client_tls`.
            disk_bytes: its data go to a memory disk of this size, so that it can be full; they end with the engine.
        """
        self.machine = machine
        self.name = machine.name
        self.address = machine.address
        self.url = f"tcp://{machine.address}:{TLS_PORT if tls else PLAIN_PORT}"
        self.socket = f"unix://{machine.folder}/docker.sock"
        self.client_tls: TlsFiles | None = None
        self._server_tls: TlsFiles | None = None
        if tls:
            self._server_tls, self.client_tls = make_certificates(machine.folder, machine.address)
        self._disk_bytes = disk_bytes
        self._process: Process | None = None

    def start(self) -> None:
        """Start it, on the data it had before if it has been stopped. `wait_until_ready` says when it is there."""
        folder = self.machine.folder
        (folder / "data").mkdir(exist_ok=True)
        # Not /etc/docker/daemon.json, which is meant for the engine that this machine may have anyway.
        (folder / "daemon.json").write_text("{}")
        (folder / "pid").unlink(missing_ok=True)
        self._process = self.machine.start(
            "dockerd",
            [*self._box(), *self._dockerd()],
            env={},  # no proxies, and no DOCKER_ settings
        )

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until the engine answers.

        Raises:
            ProcessFailed: it could not start; with the last lines of its log.
        """
        self._running().wait_until(self._answers, seconds)

    def stop(self) -> None:
        """Shut it down in order: containers are stopped, data are kept. May be called again."""
        if self._process and self._process.running:
            with suppress(ProcessLookupError):
                os.kill(self._init_pid(), signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while self._process.running and time.monotonic() < deadline:
                time.sleep(0.01)
        self.kill()

    def kill(self) -> None:
        """End it and its containers at once, as if the power had failed; data are kept. May be called again."""
        if self._process and self._process.running:
            init = self._init_pid()
            self._process.kill()
            vanished(init)
        self._process = None

    def freeze(self) -> None:
        """The engine stops answering, its sockets stay open; its containers go on."""
        os.kill(self._daemon_pid(), signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._daemon_pid(), signal.SIGCONT)

    def client(self, timeout: float = 30.0) -> docker.DockerClient:
        """A client by its socket, to be closed by the caller."""
        return docker.DockerClient(base_url=self.socket, timeout=int(timeout))

    def _answers(self) -> bool:
        return http_answers(self.machine.folder / "docker.sock", "/_ping")

    def _box(self) -> list[str]:
        box = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
        # Each host has its name, by which a swarm tells its nodes apart.
        box += ["sh", "-c", 'echo "$0" > /proc/sys/kernel/hostname && exec "$@"', self.name]
        if self._disk_bytes:
            mount = f'mount -t tmpfs -o size={self._disk_bytes} tmpfs "$0" && exec "$@"'
            box += ["sh", "-c", mount, str(self.machine.folder / "data")]
        # The first process of a process namespace inherits orphans and has to reap them, which dockerd does not.
        return [*box, "docker-init", "--"]

    def _dockerd(self) -> list[str | Path]:
        folder = self.machine.folder
        command: list[str | Path] = ["dockerd", "--config-file", folder / "daemon.json"]
        command += ["--data-root", folder / "data", "--exec-root", folder / "run", "--pidfile", folder / "pid"]
        command += ["--host", self.socket, "--host", self.url]
        command += ["--insecure-registry", self.machine.network.subnet]
        command += ["--exec-opt", "native.cgroupdriver=cgroupfs"]
        command += ["--cgroup-parent", f"{cgroup_of(self.machine.network.world.folder)}/{self.name}"]
        command += ["--userland-proxy=false", "--shutdown-timeout", "5"]
        if self._server_tls is None:
            return [*command, "--tls=false"]
        tls = self._server_tls
        return [*command, "--tlsverify", "--tlscacert", tls.ca, "--tlscert", tls.cert, "--tlskey", tls.key]

    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"the engine {self.name} has not been started")
        return self._process

    def _init_pid(self) -> int:
        """The docker-init around dockerd: the only child of what was started."""
        return _only_child(self._running().pid)

    def _daemon_pid(self) -> int:
        return _only_child(self._init_pid())


def start_engines(engines: Iterable[Engine]) -> None:
    """Start engines side by side and wait until each of them answers.

    Raises:
        ProcessFailed: one could not start.
    """
    started = list(engines)
    for engine in started:
        engine.start()
    for engine in started:
        engine.wait_until_ready()


def _only_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
