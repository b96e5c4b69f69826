"""`docker service update` over a swarm of the same engines."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from contextlib import closing

from benchmarks.peers.engines import API, Published, engine_of, seconds_until_answering
from playground.machine.images import PORT
from playground.machine.packages import search_path
from playground.machine.topology import Host

SERVICE = "beside"
LABEL = f"com.docker.swarm.service.name={SERVICE}"
COMMAND_SECONDS = 60.0
SETTLE_SECONDS = 60.0
CREATED = (
    *("--publish", f"mode=host,target={PORT}", "--no-healthcheck", "--stop-grace-period", "1s"),
    *("--update-order", "start-first", "--update-parallelism", "0", "--update-delay", "0s"),
)


class Swarm:
    """A service with a task a host, whose image is changed on all of them at once, the new ones first."""

    name = "swarm"
    options = f"docker service update --image (service create --replicas 3 {' '.join(CREATED)})"

    def __init__(self, hosts: Sequence[Host], first: Published) -> None:
        """Make a swarm of the hosts, the first one its manager, and have it run an image."""
        self._hosts = hosts
        self._manager, *others = hosts
        self._docker = ("docker", "--host", f"tcp://{self._manager.address}:2375")
        with closing(engine_of(self._manager)) as engine:
            engine.json("POST", f"{API}/swarm/init", _where(self._manager))
            token = engine.json("GET", f"{API}/swarm")["JoinTokens"]["Worker"]
        for host in others:
            with closing(engine_of(host)) as engine:
                joining = {"RemoteAddrs": [f"{self._manager.address}:2377"], "JoinToken": token}
                engine.json("POST", f"{API}/swarm/join", _where(host) | joining)
        create = ("service", "create", "--detach", "--name", SERVICE, "--replicas", str(len(hosts)), *CREATED)
        seconds_until_answering(hosts, LABEL, first, lambda: self._run(*create, first.reference))
        self._settle()

    def ship(self, image: Published) -> float:
        update = ("service", "update", "--detach", "--image", image.reference, SERVICE)
        return seconds_until_answering(self._hosts, LABEL, image, lambda: self._run(*update))

    def clear(self) -> None:
        """Wait until what it was before has ended."""
        self._settle()

    def _settle(self) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._run("service", "inspect", "--format", "{{json .UpdateStatus}}", SERVICE).count("updating"):
            if time.monotonic() > deadline:
                raise TimeoutError("the swarm goes on updating")
            time.sleep(0.2)

    def _run(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - docker's own program, with words from here
            [*self._docker, *words],
            env={"PATH": search_path(), "HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        )
        return done.stdout


def _where(host: Host) -> dict[str, object]:
    return {"ListenAddr": f"{host.address}:2377", "AdvertiseAddr": host.address}
