"""nginxes on this machine's own address, with the configuration that shippy prints."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress

from playground.machine.nginx import Nginx as Machine
from playground.machine.nginx import Ports
from playground.machine.world import World
from shippy.backend.balancers import AllOrNone
from shippy.backend.kinds import balancers_of
from shippy.backend.nginx.config import nginx_config
from shippy.backend.nginx.files import install_nginx_files
from shippy.config.schema import App
from tests.integration.haproxies import APP, Answer, fetch

PORTS_EACH = 4
# Linux gives connections ports from 32768 on.
BLOCKS = range(16_000, 32_000, PORTS_EACH)


class Nginxes:
    """Some nginxes that serve one app, and shippy's view of them. Each has ports of its own."""

    def __init__(
        self, world: World, names: Sequence[str] = ("lb1", "lb2"), *, sticky: str = "cookie", within: str = "5s"
    ) -> None:
        blocks = iter(random.sample(BLOCKS, len(BLOCKS)))
        self.machines = {name: Machine(world.here(name), free_ports(blocks)) for name in names}
        self.app = App.model_validate(
            {
                "repository": "acme/web",
                "image": "registry.example.com/acme/web:{commit}",
                "hosts": [{"name": "web1", "docker": "unix:///var/run/docker.sock", "address": "127.0.0.1"}],
                "balancers": [
                    {
                        "name": name,
                        "kind": "nginx",
                        "files": str(machine.files),
                        "state": machine.state_url,
                        "reload": {"pid": str(machine.pid), "within": within},
                    }
                    for name, machine in self.machines.items()
                ],
                "vip": "http://127.0.0.1:1",
                "public": "http://127.0.0.1:1",
                "health": {"interval": "200ms", "timeout": "1s"},
                "traffic": {"sticky": sticky},
            }
        )
        install_nginx_files(APP, self.app)
        for balancer in self.app.nginxes:
            machine = self.machines[balancer.name]
            own = self.app.model_copy(update={"public": machine.public_url, "vip": machine.vip_url})
            machine.start(nginx_config({APP: own}, balancer))
        self.balancers: AllOrNone = balancers_of(APP, self.app)

    def get(self, name: str = "lb1", path: str = "/", cookie: str | None = None) -> Answer:
        """Ask as a visitor."""
        return fetch(self.machines[name].public_url, path, cookie)

    def verify(self, name: str = "lb1") -> Answer:
        """Ask as somebody who verifies the candidate."""
        return fetch(self.machines[name].vip_url, "/")

    def visits(self, count: int, name: str = "lb1") -> Counter[str]:
        """The answers to so many visitors that have not been there before."""
        return Counter(self.get(name).text for _ in range(count))


def free_ports(blocks: Iterator[int]) -> Ports:
    """Ports that nobody uses, and that no connection gets by chance: they are not taken before nginx needs them."""
    while True:
        first = next(blocks)
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + PORTS_EACH):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return Ports(public=first, vip=first + 1, state=first + 2)
