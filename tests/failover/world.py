"""What two daemons act on: hosts, balancers and a GitHub in memory, which write down who asks for what, and when."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from gevent.server import StreamServer

from shippy.errors import ShippyError
from tests.failover.wire import Call, Callback, Raised, Returned, receive, send
from tests.fakes.balancers import FakeBalancers
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet

# What changes something, and how long it takes there.
SECONDS: Mapping[str, float] = {
    "pull": 0.1,
    "prepare": 0.4,
    "remove": 0.1,
    "sweep": 0.1,
    "forget": 0.1,
    "bring": 0.15,
    "force": 0.1,
    "merge": 0.3,
}


@dataclass(frozen=True, slots=True)
class Act:
    """`who` has asked for something that changes the world; `at` is when it came, by time.monotonic()."""

    who: str
    name: str
    at: float


class World:
    """One app's, with a green branch for every deploy. Use `start` and `stop`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "world.sock"
        self.fleet, self.balancers, self.code = FakeFleet(), FakeBalancers("lb1", "lb2"), FakeCodeHost()
        self.acts: list[Act] = []
        self._parts = {"fleet": self.fleet, "balancers": self.balancers, "code": self.code}
        self._listening: dict[str, Callable[[str], object]] = {}
        self._server = StreamServer(self._listener(), self._serve)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def green(self, branch: str) -> str:
        """A new branch whose every required status is green; returns its commit."""
        commit = self.code.commit(branch)
        self.code.set_status(commit, "ci/build")
        return commit

    def once(self, act: str, what: Callable[[str], object]) -> None:
        """When this is asked for next, do something first; it is told who asks."""
        self._listening[act] = what

    def acts_of(self, who: str, *, after: float = 0.0) -> list[Act]:
        return [act for act in self.acts if act.who == who and act.at > after]

    def count(self, name: str) -> int:
        return sum(act.name == name for act in self.acts)

    def _listener(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.path))
        listener.listen(64)
        listener.setblocking(False)
        return listener

    def _serve(self, line: socket.socket, _address: object) -> None:
        with line:
            try:
                call: Call = receive(line)
            except ConnectionError:
                return
            answer = self._done(call, line)
            _tell(line, answer)

    def _done(self, call: Call, line: socket.socket) -> Returned | Raised:
        if call.name in SECONDS:
            self.acts.append(Act(call.who, call.name, time.monotonic()))
            listener = self._listening.pop(call.name, None)
            if listener is not None:
                listener(call.who)
            gevent.sleep(SECONDS[call.name])
        found: Any = getattr(self._parts[call.part], call.name)
        if not callable(found):
            return Returned(found)
        arguments = [_told(line, value) for value in call.arguments]
        keywords = {key: _told(line, value) for key, value in (call.keywords or {}).items()}
        try:
            return Returned(found(*arguments, **keywords))
        except ShippyError as error:
            return Raised(type(error), vars(error))


def _told(line: socket.socket, value: object) -> object:
    """What calls a callable of the caller's back, in place of it."""
    if not isinstance(value, Callback):
        return value
    return lambda *arguments: _tell(line, Callback(value.place, arguments))


def _tell(line: socket.socket, message: object) -> None:
    try:
        send(line, message)
    except OSError:
        """The caller is gone, and what it has asked for is done all the same."""
