"""Kamal on the same engines, which it reaches over SSH, as it reaches every host."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import Published, remove_everywhere, seconds_until_answering
from benchmarks.peers.installing import CACHE, installed
from benchmarks.peers.ssh import open_ssh
from playground.machine.images import PORT
from playground.machine.process import Process, ProcessFailed
from playground.machine.topology import Host

# Kamal 2 as a program that brings its Ruby along, for 64-bit Linux.
PACKAGE = "kamal==2.*"
COMMAND_SECONDS = 60.0
# Kamal takes no image that is not labelled with the service that it is for.
SERVICE = "kamal"
IMAGE_LABEL = f"service={SERVICE}"
LABEL = "benchmark.kamal"
SETUP, SHIP = "deploy", "redeploy"


class Kamal:
    """A service with a container a host. `redeploy` is `deploy` without bootstrap, proxy and pruning."""

    name = "Kamal"
    options = f"kamal {SHIP} --skip-push; a role without Kamal's proxy, readiness_delay: 0"

    def __init__(self, hosts: Sequence[Host], first: Published, folder: Path) -> None:
        """Install it, unless it is there, have the hosts reached over SSH, and have them set up with an image.

        Raises:
            NotInstalled: it or an SSH server cannot be had.
            ProcessFailed: the hosts could not be set up; with Kamal's last words.
        """
        self._hosts = hosts
        self._program = shutil.which("kamal") or installed(CACHE / "kamal" / "bin" / "kamal", PACKAGE)
        self._folder = folder / "kamal"
        self._folder.mkdir()
        key = open_ssh(hosts, self._folder)
        # JSON is YAML.
        (self._folder / "deploy.yml").write_text(json.dumps(configuration(hosts, first, key)))
        self._deploying = self._begin(SETUP, first)
        self.clear()

    def ship(self, image: Published) -> float:
        def begin() -> None:
            self._deploying = self._begin(SHIP, image)

        try:
            return seconds_until_answering(self._hosts, LABEL, image, begin)
        except TimeoutError as error:
            raise ProcessFailed(f"{error}{self._deploying.last_lines()}") from error

    def clear(self) -> None:
        """Wait until it has tidied up behind its deploy, and take away what it has started."""
        if self._deploying.popen.wait(COMMAND_SECONDS):
            raise ProcessFailed(f"Kamal has failed{self._deploying.last_lines()}")
        remove_everywhere(self._hosts, LABEL)

    def _begin(self, how: str, image: Published) -> Process:
        command: list[str | Path] = [self._program, how, "--skip-push", "--version", image.version]
        command += ["--config-file", self._folder / "deploy.yml"]
        env = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "LC_ALL": "C.UTF-8"}
        return Process.start("kamal", command, self._folder / "kamal.log", env=env, cwd=self._folder)


def configuration(hosts: Sequence[Host], image: Published, key: Path) -> dict[str, Any]:
    """Its deploy.yml: containers with their port published, as the others have them, and no wait once they run.

    The registry asks for no password, and Kamal for one. Nothing is built, but it wants to know what for.
    """
    role = {"hosts": [host.address for host in hosts], "proxy": False, "options": {"publish": str(PORT)}}
    return {
        "service": SERVICE,
        "image": image.repository,
        "labels": {LABEL: "true"},
        "servers": {"web": role},
        "registry": {"server": image.registry, "username": "anybody", "password": "anything"},
        "builder": {"arch": "amd64"},
        "ssh": {"user": "root", "keys": [str(key)], "keys_only": True},
        "readiness_delay": 0,
    }
