"""Machines on one engine that stands for all hosts, tried out in a network namespace of its own.

Started by the test as `unshare --net python -m tests.integration.shared_engine STATE`, so that the engine's packet
rules are nobody else's. Prints what it saw as one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import docker

from playground.machine.images import HEALTHY, PORT, publish
from playground.machine.leftovers import cgroup_of
from playground.machine.probes import http_answers
from playground.machine.topology import Machines, start_machines
from playground.machine.world import World


def start_engine(world: World) -> Path:
    folder = world.folder
    address = folder / "docker.sock"
    (folder / "daemon.json").write_text("{}")
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "docker-init", "--"]
    command += ["dockerd", "--config-file", f"{folder}/daemon.json", "--host", f"unix://{address}"]
    command += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/run", "--pidfile", f"{folder}/pid"]
    command += ["--cgroup-parent", f"{cgroup_of(world.folder)}/shared"]
    process = world.start("dockerd", command)
    process.wait_until(lambda: http_answers(address, "/_ping"), seconds=30)
    return address


def try_out(machines: Machines, client: docker.DockerClient) -> dict[str, object]:
    repository = f"{machines.registry.address}/site"
    digest = publish(client, f"{repository}:1", HEALTHY, "1")
    client.images.remove(f"{repository}:1")
    client.images.pull(f"{repository}@{digest}")
    container = client.containers.run(f"{repository}@{digest}", detach=True, ports={f"{PORT}/tcp": None})
    container.reload()
    (published, *_) = container.ports[f"{PORT}/tcp"] or []
    for balancer in machines.balancers:
        balancer.start(balancer.runtime_sockets())
    return {
        "hosts": [[host.name, host.docker, host.address] for host in machines.hosts],
        "served": http_answers((machines.hosts[0].address, int(published["HostPort"])), "/health"),
        "balancers": len({balancer.runtime_url for balancer in machines.balancers}),
    }


def main(state: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)
    with World.claim(state / "e") as world:
        address = start_engine(world)
        os.environ["DOCKER_HOST"] = f"unix://{address}"
        with closing(docker.DockerClient(base_url=f"unix://{address}")) as client:
            with start_machines(own_hosts=False, state=state / "m") as machines:
                seen = try_out(machines, client)
            left = [*client.containers.list(all=True), *client.images.list()]
    print(json.dumps({**seen, "left": len(left)}))  # noqa: T201 - the answer to the test


if __name__ == "__main__":
    main(Path(sys.argv[1]))
