"""The bots that are measured: how each is started, and what it has cost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.chat.events import HELLO, frame
from benchmarks.chat.pouring import Pouring
from benchmarks.chat.slack import Slack

ROOT = Path(__file__).parents[2]
BOLT = "slack_bolt==1.30.0"
BOLT_FOLDER = ROOT / "build" / "benchmarks" / "slack_bolt"
INSTALL_SECONDS = 60.0
START_SECONDS = 30.0
END_SECONDS = 5.0
SETTLE_SECONDS = 1.0
NANO = 1e-9
SOCKET_MODE, RTM = "socket_mode", "rtm"
NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Bot:
    """A program that listens over one transport. In `arguments`, {api} and {folder} are filled in."""

    name: str
    transport: str
    module: str
    arguments: tuple[str, ...]
    folders: tuple[Path, ...] = ()


SHIPPY, BARE = "shippy", "a bare socket"


def bots() -> list[Bot]:
    """All that can be measured here."""
    found = []
    for transport in (SOCKET_MODE, RTM):
        found += [
            Bot(SHIPPY, transport, "benchmarks.chat.clients.shippy", ("run", "--config", "{folder}/shippy.yml")),
            Bot(BARE, transport, "benchmarks.chat.clients.bare", (transport, "{api}")),
        ]
    sdk = "benchmarks.chat.clients.sdk"
    found += [
        Bot("slack_sdk, built-in", SOCKET_MODE, sdk, ("builtin", "{api}")),
        Bot("slack_sdk, websocket-client", SOCKET_MODE, sdk, ("websocket_client", "{api}")),
        Bot("slack_sdk, rtm_v2", RTM, sdk, ("rtm_v2", "{api}")),
    ]
    if bolt_is_there():
        found.append(Bot("slack_bolt", SOCKET_MODE, "benchmarks.chat.clients.bolt", ("{api}",), (BOLT_FOLDER,)))
    return found


def bolt_is_there() -> bool:
    """Whether slack_bolt could be installed, in a folder of its own: nothing else here needs it."""
    if not BOLT_FOLDER.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(BOLT_FOLDER), BOLT]
        try:
            subprocess.run(pip, check=True, timeout=INSTALL_SECONDS)  # noqa: S603 - nothing in it is anybody's input
        except (subprocess.SubprocessError, OSError):
            return False
    return True


class Running:
    """A bot that has been said hello to."""

    def __init__(self, slack: Slack, process: subprocess.Popen[bytes], transport: str) -> None:
        self.slack = slack
        self.transport = transport
        self._process = process
        self.pouring = Pouring(slack.sockets.get(timeout=START_SECONDS))
        self.pouring.pour([frame(HELLO)])

    def cpu_seconds(self) -> float:
        """What all its threads have had of a processor."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) * NANO


@contextmanager
def running(bot: Bot) -> Iterator[Running]:
    """A bot that listens, on a Slack of its own."""
    slack = Slack()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "shippy.yml").write_text(yaml.safe_dump(shippy_config(Path(folder), slack, bot.transport)))
        filled = [argument.format(api=slack.api_url, folder=folder) for argument in bot.arguments]
        path = os.pathsep.join(map(str, (ROOT, *bot.folders)))
        command = [sys.executable, "-m", bot.module, *filled]
        environment = os.environ | {"PYTHONPATH": path}
        with (
            Path(folder, "log").open("wb") as log,
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,  # noqa: S603 - ours
        ):
            try:
                yield Running(slack, process, bot.transport)
            finally:
                end(process)
                slack.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """One that is stuck does not heed SIGTERM."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def shippy_config(folder: Path, slack: Slack, transport: str) -> Mapping[str, object]:
    return {
        "chat": {
            "transport": transport,
            "bot_token": "xoxb-1",
            "app_token": "xapp-1",
            "api_url": slack.api_url,
            "channels": ["#deploys"],
        },
        "github": {"api_url": NOWHERE, "token": "a token", "proxy": "direct"},
        "journal": f"sqlite:///{folder}/journal.db",
        "control": f"{folder}/control.sock",
        "apps": {
            "web": {
                "repository": "acme/web",
                "image": "registry.example.com/acme/web:{commit}",
                "hosts": [
                    {"name": f"web{n}", "docker": "unix:///nowhere", "address": f"127.0.0.{n}"} for n in (1, 2, 3)
                ],
                "balancers": [{"name": "lb1", "runtime": "unix:///nowhere"}],
                "vip": NOWHERE,
                "public": NOWHERE,
            }
        },
    }
