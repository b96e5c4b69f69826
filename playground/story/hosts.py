"""What is left on the hosts, asked of their engines themselves."""

from __future__ import annotations

from contextlib import closing

import docker

from playground.machine.topology import Host, Machines

APP_LABEL, HOST_LABEL, COMMIT_LABEL = "shippy.app", "shippy.host", "shippy.commit"


def commits_on_hosts(machines: Machines) -> dict[str, list[str]]:
    """The commits of the containers, running or not, that shippy has on each host."""
    return {host.name: _commits(host) for host in machines.hosts}


def _commits(host: Host) -> list[str]:
    url = host.engine.socket if host.engine else host.docker
    with closing(docker.DockerClient(base_url=url, timeout=10)) as client:
        found = client.containers.list(all=True, filters={"label": [APP_LABEL, f"{HOST_LABEL}={host.name}"]})
        return sorted(str(container.labels[COMMIT_LABEL]) for container in found)
