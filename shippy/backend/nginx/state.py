"""What one nginx says of an app: the traffic that its workers were configured with, from the running process.

The answer is part of the configuration, so that a worker tells what it does itself, whatever is in the files by now.
Each configuration has it on another of two ports than the one before: the old workers have let go of their port when
they take no connections any more, neither there nor from the public.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

import gevent

from shippy.errors import Unavailable
from shippy.model import Endpoint, Routing, Share, Slot, Traffic

ANSWER_WITHIN = 2.0
ONE_WITHIN = 2.0
LOOK_EVERY = 0.01
OK = 200


@dataclass(frozen=True, slots=True)
class Running:
    """What the workers do that take connections. `turn` is which of the two ports they have: 0 or 1."""

    turn: int
    traffic: Traffic


class State:
    """Asks one nginx about one app.

    Args:
        name: the balancer's name, for errors.
        app: the app's name, as it has to be in the answer.
        ports: the two addresses, of which the workers that take connections have one.
    """

    def __init__(self, name: str, app: str, ports: Sequence[tuple[str, int]]) -> None:
        self._name = name
        self._app = app
        self._ports = ports

    def running(self) -> Running:
        """What it does. In the middle of a reload this waits until the old workers take no more connections.

        Raises:
            Unavailable: nobody answers, or not as a nginx with shippy's files does.
        """
        deadline = time.monotonic() + ONE_WITHIN
        while len(answers := self.answers()) > 1:
            if time.monotonic() > deadline:
                raise Unavailable(self._name, f"its old workers still take connections {ONE_WITHIN:g} s after a reload")
            time.sleep(LOOK_EVERY)
        if not answers:
            (host, port), (_, other) = self._ports
            raise Unavailable(self._name, f"nothing answers at http://{host}:{port}, nor at port {other}")
        return answers[0]

    def answers(self) -> list[Running]:
        """What each of the two ports answers, if somebody listens there."""
        found = ((turn, self._ask(host, port)) for turn, (host, port) in enumerate(self._ports))
        return [Running(turn, traffic) for turn, traffic in found if traffic is not None]

    def _ask(self, host: str, port: int) -> Traffic | None:
        try:
            with gevent.Timeout(ANSWER_WITHIN, TimeoutError(f"no answer within {ANSWER_WITHIN:g} s")):
                return decoded(fetched(host, port), self._app)
        except (ConnectionRefusedError, ConnectionResetError):
            return None
        except OSError as error:
            raise Unavailable(self._name, (error.strerror or str(error)).lower()) from error
        except (HTTPException, ValueError, KeyError, TypeError) as error:
            where = f"http://{host}:{port}"
            raise Unavailable(self._name, f"what answers at {where} is no nginx with shippy's files") from error


def fetched(host: str, port: int) -> str:
    """What is answered there, on a connection of its own. Raises OSError, HTTPException or ValueError."""
    connection = HTTPConnection(host, port)
    try:
        connection.request("GET", "/", headers={"User-Agent": "shippy", "Connection": "close"})
        response = connection.getresponse()
        if response.status != OK:
            raise ValueError(response.status)
        return response.read().decode()
    finally:
        connection.close()


def encoded(app: str, traffic: Traffic) -> str:
    """Traffic as one line of JSON."""
    routing = traffic.routing
    return json.dumps(
        {
            "app": app,
            "stable": routing.stable,
            "candidate": routing.candidate,
            "share": routing.share.basis_points,
            "salt": routing.salt,
            "servers": {
                slot: [[each.host, each.address, each.port] for each in sorted(traffic.in_slot(slot))] for slot in Slot
            },
        }
    )


def decoded(text: str, app: str) -> Traffic:
    """The traffic in such a line. Raises ValueError, KeyError or TypeError for what is none, or another app's."""
    content: dict[str, Any] = json.loads(text)
    if content["app"] != app:
        raise ValueError(content["app"])
    candidate = content["candidate"]
    return Traffic(
        Routing(
            Slot(content["stable"]),
            None if candidate is None else Slot(candidate),
            Share(content["share"]),
            content["salt"],
        ),
        {Slot(slot): frozenset(Endpoint(*each) for each in servers) for slot, servers in content["servers"].items()},
    )
