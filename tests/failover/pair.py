"""Two daemons on one journal, as processes, and what somebody at their local sockets sees of them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import gevent

from shippy.chat.tell import tell
from shippy.errors import ShippyError

PROGRAM = Path(__file__).with_name("daemon.py")
START_SECONDS = 30.0
END_SECONDS = 10.0
POLL_SECONDS = 0.02
STANDBY = "on standby"

CONFIG = """
chat: {transport: local}
github: {api_url: "http://127.0.0.1:9/", token: t}
journal: JOURNAL
control: FOLDER/NAME.sock
apps:
  web:
    repository: acme/web
    image: 127.0.0.1:9/acme/web:{commit}
    hosts:
      - {name: web1, docker: "tcp://127.0.0.1:9", address: 10.0.0.11}
      - {name: web2, docker: "tcp://127.0.0.1:9", address: 10.0.0.12}
      - {name: web3, docker: "tcp://127.0.0.1:9", address: 10.0.0.13}
    balancers: [{name: lb1, runtime: "tcp://127.0.0.1:9"}, {name: lb2, runtime: "tcp://127.0.0.1:9"}]
    vip: http://127.0.0.1:8001/
    public: http://127.0.0.1:8000/
    traffic: {drain: 1s}
    checks: {statuses: [ci/build]}
"""


@dataclass
class Shippy:
    """One of the two. Its log is in a file, which goes on when it is started again."""

    name: str
    folder: Path
    journal: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def control(self) -> Path:
        return self.folder / f"{self.name}.sock"

    @property
    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    def start(self) -> None:
        """Start it, without waiting for it."""
        config = self.folder / f"{self.name}.yml"
        text = CONFIG.replace("FOLDER", str(self.folder)).replace("NAME", self.name).replace("JOURNAL", self.journal)
        config.write_text(text)
        command: list[str | Path] = [sys.executable, PROGRAM, self.name, self.folder / "world.sock", config]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def says(self, text: str) -> str:
        """What it says to a command, or why it cannot be told."""
        said: list[str] = []
        try:
            tell(self.control, text, said.append, START_SECONDS)
        except ShippyError as error:
            said.append(str(error))
        return "\n".join(said)

    @property
    def stands_by(self) -> bool:
        return STANDBY in self.says("status")

    @property
    def is_active(self) -> bool:
        said = self.says("status")
        return STANDBY not in said and "Unavailable" not in said

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        assert self.process is not None
        return self.process.wait(END_SECONDS)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(END_SECONDS)


@dataclass
class Crowd:
    """People who keep on asking one daemon how things stand, several at once, until it is sent away."""

    asked: Shippy
    answers: int = 0
    _people: list[gevent.Greenlet[..., None]] = field(default_factory=list)

    def come(self, count: int = 3) -> None:
        self._people = [gevent.spawn(self._ask) for _ in range(count)]

    def leave(self) -> None:
        gevent.killall(self._people)

    def _ask(self) -> None:
        while True:
            self.answers += "web" in self.asked.says("status")
            gevent.sleep(0.05)


def wait_for(what: Callable[[], object], seconds: float = START_SECONDS) -> float:
    """Wait until it is so; returns for how long."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "not in time"
        gevent.sleep(POLL_SECONDS)
    return time.monotonic() - began
