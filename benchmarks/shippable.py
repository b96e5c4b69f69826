"""Three engines, two balancers, a registry, a Slack and a GitHub, with shippy on them and changes to be shipped."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import tarfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import docker

from benchmarks.peers.engines import Published
from benchmarks.peers.kamal import IMAGE_LABEL
from benchmarks.peers.plain import wait_for
from playground.daemon import APP, Connections, Daemon, app_section
from playground.github.checkout import Checkout
from playground.github.client import Hub
from playground.machine.images import HEALTH_PAGE, PORT, SERVE
from playground.machine.packages import BUSYBOX, MissingPrograms, how_to_get
from playground.machine.server import start_server
from playground.machine.topology import Machines, start_machines
from playground.slack.client import Workspace
from shippy.backend.haproxy.config import balancer_config
from shippy.backend.haproxy.files import install_files
from shippy.chat.tell import tell
from shippy.config import load

PROGRAM = (sys.executable, Path(__file__).with_name("shippy_timed.py"))
REPOSITORY = "acme/web"
BUILD = "ci/build"
MAIN = "master"
FLOOR, FLOOR_PUBLIC, FLOOR_VIP = "floor", 81, 8002
VIP = 8001
LOOK_EVERY = 0.004
TELL_SECONDS = 60.0
DOCKERFILE = f"""\
FROM scratch
COPY bin /bin
ENV PATH=/bin
LABEL {IMAGE_LABEL}
EXPOSE {PORT}
ENTRYPOINT ["/bin/busybox", "sh", "/start"]
COPY changed /
"""

Step = tuple[str, str, float, float, float]
"""What, where, begin, end, and the daemon's processor seconds by then; see shippy_timed."""


@dataclass(frozen=True, slots=True)
class Change:
    branch: str
    image: Published


@dataclass(frozen=True, slots=True)
class Shipped:
    """One ship as it went, by the clock of time.perf_counter.

    `typed` is when somebody did, `accepted` when shippy had the command, and `answered` when every VIP did with the
    new commit. `entries` are what the journal has of it, with their times.
    """

    typed: float
    accepted: float
    answered: float
    entries: tuple[tuple[str, float, Mapping[str, Any]], ...]

    @property
    def seconds(self) -> float:
        return self.answered - self.accepted


class Shippable:
    """Everything runs on this machine's own test network, and ends with the ExitStack that it was started on."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        self.machines: Machines = ending.enter_context(start_machines())
        slack = ending.enter_context(start_server("playground.slack", folder=folder))
        github = ending.enter_context(start_server("playground.github", "--root", folder / "git", folder=folder))
        self._hub = Hub(github.url, REPOSITORY)
        self._hub.create()
        self._checkout: Checkout = ending.enter_context(self._hub.checkout())
        self._builder = ending.enter_context(closing(docker.DockerClient(base_url=self.machines.builder)))
        self._numbers = count(1)
        connections = Connections(
            "socket_mode",
            slack.info["api_url"],
            slack.info["bot_token"],
            slack.info["app_token"],
            github.info["api_url"],
            github.info["token"],
        )
        section = app_section(self.machines, REPOSITORY)
        section |= {"checks": {"statuses": [BUILD], "up_to_date": True}}
        section["traffic"] |= {"warm": "0s", "drain": "1s"}
        del section["github_deployments"]
        self.daemon = Daemon(folder / "shippy", connections, section, PROGRAM)
        self._start_balancers()
        self._plant_master()
        self.daemon.start()
        ending.callback(self.daemon.stop)
        self._slack = Workspace(slack.url)
        ending.callback(self._slack.close)
        self._slack.wait_for_connections(1)

    def image(self) -> Published:
        """A new image in the registry, which is like all others but for its last layer."""
        return self._published(f"v{next(self._numbers)}")

    def change(self) -> Change:
        """A new branch with a pull request that is green, and its image, whose version is the commit."""
        name = f"change-{next(self._numbers)}"
        self._checkout.git("switch", "--quiet", "--force-create", name, "--no-track", f"origin/{MAIN}")
        commit = self._push(name)
        self._hub.open_pull(name, f"Change {name}")
        for base in (MAIN, self._live):
            # So that GitHub has worked its answers out when it is asked: elsewhere that costs this machine nothing.
            self._hub.compare(base, commit)
        return Change(name, self._published(commit))

    def go_live(self) -> None:
        """Have master serve the public."""
        self.tell(f"ship {MAIN}")
        self.tell("commit")

    def ship(self, change: Change) -> Shipped:
        """Type it in the chat, and look until every VIP answers with the change, once its balancer's map is written."""
        before = self._last_number()
        maps = {balancer: balancer.files / f"{APP}.map" for balancer in self.machines.balancers}
        at_rest = {balancer: path.stat().st_mtime_ns for balancer, path in maps.items()}
        typed = time.perf_counter()
        self._slack.type("dana", f"shippy ship {change.branch}")
        for balancer, path in maps.items():
            # Asking it from the beginning would take a tenth of both cores from what is measured.
            _wait_until_written(path, at_rest[balancer])
            wait_for((balancer.address, VIP), "/version", change.image.version)
        answered = time.perf_counter()
        self._wait_until("command_ended", before)
        entries = self._entries(before)
        accepted = next(at for kind, at, _ in entries if kind == "command_received")
        return Shipped(typed, accepted, answered, tuple(entries))

    def abort(self) -> None:
        self.tell("abort")

    def tell(self, text: str) -> None:
        said: list[str] = []
        if not tell(self.daemon.control, text, said.append, TELL_SECONDS):
            raise RuntimeError(f"{text}: {said}")

    def steps(self) -> list[Step]:
        """What the daemon has written down; it has to have been stopped."""
        return [tuple(step) for step in json.loads((self.daemon.folder / "steps.json").read_text())]

    def _published(self, version: str) -> Published:
        image = Published(self.machines.registry.address, REPOSITORY, version)
        self._builder.images.build(fileobj=_context(version), custom_context=True, tag=image.reference, rm=True)
        for line in self._builder.images.push(image.reference, stream=True, decode=True):
            if "error" in line:
                raise RuntimeError(f"pushing {image.reference}: {line['error']}")
        return image

    def _plant_master(self) -> None:
        self._checkout.git("switch", "--quiet", "--orphan", MAIN)
        self._live = self._push(MAIN)
        self._published(self._live)

    def _push(self, name: str) -> str:
        commit = self._checkout.commit("shop", f"a shop with {name}\n", f"A shop with {name}")
        self._checkout.push()
        self._hub.set_status(commit, BUILD, "success")
        return commit

    def _start_balancers(self) -> None:
        """With the backends of a second app, in which the floor has its servers."""
        app = load(self.daemon.config).apps[APP]
        other = app.model_copy(
            update={
                "public": f"http://{self.machines.balancers[0].address}:{FLOOR_PUBLIC}/",
                "vip": f"http://{self.machines.balancers[0].address}:{FLOOR_VIP}/",
            }
        )
        apps = {APP: app, FLOOR: other}
        for name, one in apps.items():
            install_files(name, one)
        for machine, balancer in zip(self.machines.balancers, app.haproxies, strict=True):
            machine.start(balancer_config(apps, balancer))

    def _last_number(self) -> int:
        return max((number for number, *_ in self._rows(0)), default=0)

    def _wait_until(self, kind: str, after: int) -> None:
        deadline = time.monotonic() + TELL_SECONDS
        while not any(row[2] == kind for row in self._rows(after)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {kind} in the journal within {TELL_SECONDS:g} s")
            time.sleep(0.05)

    def _entries(self, after: int) -> list[tuple[str, float, Mapping[str, Any]]]:
        ahead = time.time() - time.perf_counter()
        return [(kind, _seconds(at) - ahead, json.loads(payload)) for _, at, kind, payload in self._rows(after)]

    def _rows(self, after: int) -> list[tuple[int, str, str, str]]:
        with closing(sqlite3.connect(f"file:{self.daemon.folder}/journal.db?mode=ro", uri=True)) as journal:
            asked = "SELECT number, at, kind, payload FROM entries WHERE number > ? ORDER BY number"
            return journal.execute(asked, (after,)).fetchall()


def _wait_until_written(path: Path, before: int) -> None:
    """Return once a file has another time of its last change, in nanoseconds. Raises TimeoutError."""
    deadline = time.monotonic() + TELL_SECONDS
    while path.stat().st_mtime_ns == before:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} was not written within {TELL_SECONDS:g} s")
        time.sleep(LOOK_EVERY)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def _context(version: str) -> io.BytesIO:
    busybox = BUSYBOX.found()
    if busybox is None:
        raise MissingPrograms(how_to_get([BUSYBOX]))
    files = {
        "Dockerfile": DOCKERFILE.encode(),
        "bin/busybox": Path(busybox).read_bytes(),
        "changed/start": SERVE.replace("$VERSION", version).encode(),
        f"changed/{HEALTH_PAGE}": b"ok\n",
        "changed/site/version": f"{version}\n".encode(),
    }
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755 if name == "bin/busybox" else 0o644
            archive.addfile(entry, io.BytesIO(content))
    context.seek(0)
    return context
