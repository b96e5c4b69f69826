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
    # A swarm's containers do not have the label of a host; where hosts have engines of their own, it tells nothing.
    url, labels = (host.engine.socket, []) if host.engine else (host.docker, [f"{HOST_LABEL}={host.name}"])
    with closing(docker.DockerClient(base_url=url, timeout=10)) as client:
        found = client.containers.list(all=True, filters={"label": [APP_LABEL, *labels]})
        return sorted(str(container.labels[COMMIT_LABEL]) for container in found)
