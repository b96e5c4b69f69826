"""Ansible's community.docker.docker_container on the same engines."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.engines import Published, remove_everywhere, seconds_until_answering
from benchmarks.peers.installing import CACHE, installed
from playground.machine.images import PORT
from playground.machine.topology import Host

PLACE = CACHE / "ansible" / "bin"
# The collection needs requests; `ansible` is Ansible itself with its collections.
PACKAGES = ("ansible", "requests")
PLAY_SECONDS = 120.0
LABEL = "benchmark.ansible"
CONTAINER = "ansible-{{ version }}"


class Ansible:
    """A play of one task on all hosts at once, without facts. Each version gets a container beside the others."""

    name = "Ansible"
    options = "ansible-playbook, one task, gather_facts: false, forks: 3"

    def __init__(self, hosts: Sequence[Host], folder: Path) -> None:
        """Install it into a folder of its own, unless it is there.

        Raises:
            NotInstalled: it cannot be.
        """
        self._hosts = hosts
        self._program = installed(PLACE / "ansible-playbook", *PACKAGES)
        # JSON is YAML.
        self._inventory = folder / "inventory.yml"
        self._inventory.write_text(json.dumps({"all": {"hosts": {host.name: _variables(host) for host in hosts}}}))
        self._playbook = folder / "playbook.yml"
        self._playbook.write_text(json.dumps([_play(len(hosts))]))

    def ship(self, image: Published) -> float:
        return seconds_until_answering(self._hosts, f"{LABEL}={image.version}", image, lambda: self._play(image))

    def clear(self) -> None:
        remove_everywhere(self._hosts, LABEL)

    def _play(self, image: Published) -> None:
        given = json.dumps({"image": image.reference, "version": image.version})
        command: list[str | Path] = [
            self._program,
            "-i",
            self._inventory,
            "--forks",
            str(len(self._hosts)),
            "-e",
            given,
            self._playbook,
        ]
        home = str(self._playbook.parent)
        env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "ANSIBLE_DEPRECATION_WARNINGS": "0"}
        subprocess.run(command, env=env, capture_output=True, timeout=PLAY_SECONDS, check=True)  # noqa: S603 - as installed


def _variables(host: Host) -> dict[str, str]:
    python = str(PLACE / "python")
    return {"ansible_connection": "local", "ansible_python_interpreter": python, "docker_url": host.docker}


def _play(hosts: int) -> dict[str, object]:
    container = {
        "docker_host": "{{ docker_url }}",
        "name": CONTAINER,
        "image": "{{ image }}",
        "published_ports": [str(PORT)],
        "labels": {LABEL: "{{ version }}"},
        "stop_timeout": 1,
    }
    task = {"name": "run the version", "community.docker.docker_container": container}
    return {"hosts": "all", "gather_facts": False, "serial": hosts, "tasks": [task]}
