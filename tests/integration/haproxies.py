"""HAProxies on this machine's own address, with the configuration that shippy prints, and servers for them to reach."""

from __future__ import annotations

import csv
import random
import socket
import ssl
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
import trustme
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from playground.machine.balancer import Balancer as Machine
from playground.machine.balancer import Ports
from playground.machine.world import World
from shippy.backend.balancers import AllOrNone
from shippy.backend.haproxy.balancer import haproxy_balancers
from shippy.backend.haproxy.config import CERTIFICATES, balancer_config
from shippy.backend.haproxy.files import install_files
from shippy.backend.haproxy.runtime import Runtime
from shippy.config.schema import App
from shippy.model import Endpoint, Pins, Routing, Share, Slot, Traffic

APP = "web"
CLIENT_SECONDS = 20.0
# Linux gives connections ports from 32768 on; those from 16000 on are the nginxes'.
PORTS = range(10_000, 16_000)
LINK_KEY = "not a secret: the key of a test's links"


class Server:
    """A container's stand-in: it answers with its own name, after `takes` seconds. `/slow` waits for `go` instead.

    `cookies` are those of each request that it got.
    """

    def __init__(self, host: str, says: str) -> None:
        self.says = says
        self.takes = 0.0
        self.go = Event()
        self.waiting = Event()
        self.cookies: list[str] = []
        self._http = WSGIServer(("127.0.0.1", 0), self._answer, log=None, error_log=None)
        self._http.start()
        self.endpoint = Endpoint(host, "127.0.0.1", int(self._http.address[1]))

    def stop(self) -> None:
        self._http.stop(timeout=0)

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.cookies.append(environ.get("HTTP_COOKIE", ""))
        if environ["PATH_INFO"] == "/slow":
            self.waiting.set()
            self.go.wait(CLIENT_SECONDS)
        else:
            gevent.sleep(self.takes)
        start("200 OK", [("Content-Type", "text/plain")])
        return [self.says.encode()]


class HAProxies:
    """Some HAProxies that serve one app, and shippy's view of them.

    Each has ports of its own for the public and the VIP, which they have to share one address for; all else is the
    configuration as it is printed.
    """

    def __init__(
        self,
        world: World,
        names: Sequence[str] = ("lb1", "lb2"),
        *,
        runtime: str = "unix",
        files: bool = True,
        sticky: str = "cookie",
        other_app: bool = False,
        tls: Tls | None = None,
        link_key: str | None = LINK_KEY,
    ) -> None:
        self._tls = tls
        ports = free_ports(3 * len(names) + 2)
        self.machines = {
            name: Machine(world.here(name), Ports(public=next(ports), vip=next(ports), runtime=next(ports)))
            for name in names
        }
        self.app = App.model_validate(
            {
                "repository": "acme/web",
                "image": "registry.example.com/acme/web:{commit}",
                "hosts": [{"name": "web1", "docker": "unix:///var/run/docker.sock", "address": "127.0.0.1"}],
                "balancers": [
                    {
                        "name": name,
                        "runtime": machine.runtime_url if runtime == "tcp" else f"unix://{machine.socket}",
                        "files": str(machine.files) if files else None,
                    }
                    for name, machine in self.machines.items()
                ],
                "vip": "http://127.0.0.1:1",
                "public": "http://127.0.0.1:1",
                "health": {"interval": "200ms", "timeout": "1s"},
                "traffic": {"sticky": sticky, "link_key": link_key},
            }
        )
        install_files(APP, self.app)
        self.other = OtherApp(self.app, public=next(ports), vip=next(ports))
        if other_app:
            install_files(self.other.name, self.other.app)
        for balancer in self.app.haproxies:
            machine = self.machines[balancer.name]
            apps = {APP: self.app.model_copy(update={"public": self.public_url(balancer.name), "vip": machine.vip_url})}
            if other_app:
                apps[self.other.name] = self.other.app
            config = balancer_config(apps, balancer)
            machine.start(config.replace(CERTIFICATES, str(tls.folder)) if tls else config)
        self.balancers: AllOrNone = haproxy_balancers(APP, self.app)

    def get(self, name: str = "lb1", path: str = "/", cookie: str | None = None, source: str = "127.0.0.1") -> Answer:
        """Ask as a visitor, from one of this machine's addresses."""
        return fetch(self.public_url(name), path, cookie, self._tls.context if self._tls else None, source)

    def public_url(self, name: str) -> str:
        url = self.machines[name].public_url
        return url.replace("http:", "https:") if self._tls else url

    def pins(self, deploy: str, seconds: float = 60.0) -> Pins:
        """Links with the address that the config has; their paths are for any of the balancers."""
        return self.balancers.pins(deploy, datetime.now(UTC) + timedelta(seconds=seconds))

    def follow(self, link: str, name: str = "lb1", cookie: str | None = None) -> Answer:
        """Open a link's path on a balancer."""
        return self.get(name, urlsplit(link).path, cookie)

    def verify(self, name: str = "lb1") -> Answer:
        """Ask as somebody who verifies the candidate."""
        return fetch(self.machines[name].vip_url, "/")

    def requests(self, slot: Slot, name: str = "lb1") -> int:
        """How many requests a slot has had, by HAProxy's own count."""
        answer = self.ask(f"show stat {APP}_{slot} 2 -1", name).removeprefix("# ")
        return int(next(csv.DictReader(answer.splitlines()))["req_tot"] or 0)

    def requests_once(self, count: int, slot: Slot, name: str = "lb1") -> int:
        """`requests`, once there are so many: HAProxy counts one a moment after it has answered it."""
        with gevent.Timeout(5):
            while (found := self.requests(slot, name)) < count:
                gevent.sleep(0.005)
        return found

    def ask(self, command: str, name: str = "lb1") -> str:
        """What the Runtime API answers."""
        runtime = next(balancer.runtime for balancer in self.app.haproxies if balancer.name == name)
        return Runtime(name, runtime).ask(command)

    def visits(self, count: int, name: str = "lb1") -> Counter[str]:
        """The answers to so many visitors that have not been there before."""
        return Counter(self.get(name).text for _ in range(count))

    def stop(self) -> None:
        for machine in self.machines.values():
            machine.stop()


class Tls:
    """A certificate for this machine's address in a folder of its own, and what a client needs to believe it."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.folder = folder
        self.context = ssl.create_default_context()
        authority.configure_trust(self.context)
        pem = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem
        pem.write_to_path(folder / "127.0.0.1.pem")


class OtherApp:
    """A second app on the same HAProxies."""

    name = "api"

    def __init__(self, app: App, public: int, vip: int) -> None:
        self.public_url = f"http://127.0.0.1:{public}"
        self.app = app.model_copy(update={"public": self.public_url, "vip": f"http://127.0.0.1:{vip}"})
        self.balancers = haproxy_balancers(self.name, self.app)


class Answer:
    """What a visitor was answered."""

    def __init__(self, status: int, text: str, headers: HTTPMessage) -> None:
        self.status = status
        self.text = text
        self.set_cookie = headers["Set-Cookie"]
        self.location = headers["Location"]

    @property
    def cookie(self) -> str:
        """The cookie that was set, as it is sent back."""
        return (self.set_cookie or "").partition(";")[0]


def both(old: Server, new: Server) -> dict[Slot, frozenset[Endpoint]]:
    """The old version in the blue slot, and the new one in the green."""
    return {Slot.BLUE: frozenset({old.endpoint}), Slot.GREEN: frozenset({new.endpoint})}


def at(share: Share, old: Server, new: Server, salt: str = "") -> Traffic:
    """The new version is being verified, and has this share."""
    return Traffic(Routing(Slot.BLUE, Slot.GREEN, share, salt), both(old, new))


def fetch(
    url: str, path: str, cookie: str | None = None, tls: ssl.SSLContext | None = None, source: str = "127.0.0.1"
) -> Answer:
    where = urlsplit(url)
    kind = partial(HTTPSConnection, context=tls) if tls else HTTPConnection
    connection = kind(where.hostname or "", where.port, timeout=CLIENT_SECONDS, source_address=(source, 0))
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), response.headers)
    finally:
        connection.close()


def free_ports(count: int) -> Iterator[int]:
    """Ports that nobody uses, each another one, and that no connection gets by chance: nobody has them before HAProxy.

    Of two that are the same HAProxy would notice nothing: it binds each of its ports so that another one may, too.
    """
    free: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            free.append(port)
        if len(free) == count:
            break
    return iter(free)


@contextmanager
def visitors(ask: Callable[[], Answer], count: int = 4) -> Iterator[list[Answer | OSError]]:
    """Visitors who come again and again, each on a connection of its own, for as long as the block lasts.

    Yields the list of what they were answered, which grows meanwhile.
    """
    seen: list[Answer | OSError] = []
    leave = Event()

    def visit() -> None:
        while not leave.wait(0.002):
            try:
                seen.append(ask())
            except OSError as error:
                seen.append(error)

    coming = [gevent.spawn(visit) for _ in range(count)]
    try:
        yield seen
    finally:
        leave.set()
        gevent.joinall(coming, raise_error=True)


def haproxy_accepts(*files: Path) -> str:
    """Empty if HAProxy takes the configuration without a warning; otherwise its words."""
    command = ["haproxy", "-c", "-q", *(part for file in files for part in ("-f", str(file)))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=CLIENT_SECONDS)
    return done.stdout + done.stderr
