"""The managers of a swarm, any of which answers for all of it (https://docs.docker.com/engine/api/v1.41/#tag/Swarm).

What is said here and in the other swarm modules of how a swarm behaves was tried on three managers of Docker 20.10.24.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import gevent

from shippy.backend.docker.engine import Engine, Keys, TimeOuts
from shippy.backend.docker.launch import LOG_LINE_LIMIT
from shippy.backend.engine.client import EngineClient, unframed
from shippy.backend.engine.errors import Conflict, EngineAnswered, NotFound
from shippy.config.hosts import Host, Swarm
from shippy.errors import HostFailed, Unavailable
from shippy.model import HostStep

T = TypeVar("T")
Entry = Mapping[str, Any]

WITHOUT_LEADER = (0.5, 1.0, 2.0, 2.0, 2.0)
"""Pauses between asking all managers again: they elect another leader in some five seconds after one has died."""


class Managers:
    """Asks the manager that has answered last, and where it does not answer, the others in their order.

    Every call raises Unavailable where none answers, and EngineAnswered (NotFound, Conflict) where one refuses.
    """

    def __init__(self, swarm: Swarm, time_outs: TimeOuts) -> None:
        self.swarm = swarm
        self.time_outs = time_outs
        self.keys = keys = Keys()
        self.engines = tuple(
            Engine(Host(name=f"manager-{number}", docker=url, tls=swarm.tls, address=url), time_outs, keys)
            for number, url in enumerate(swarm.managers, start=1)
        )
        self.urls = dict(zip(self.engines, swarm.managers, strict=True))
        self._first = self.engines[0]

    def nodes(self) -> Sequence[Entry]:
        return self._listed("/nodes")

    def services(self, *labels: str) -> Sequence[Entry]:
        return self._listed("/services", labels)

    def tasks(self, *labels: str) -> Sequence[Entry]:
        """Those of services with these labels, and of such services that were removed, until their tasks have ended."""
        return self._listed("/tasks", labels)

    def service(self, name: str) -> Entry | None:
        try:
            told = self._ask(lambda client: client.told("GET", f"/services/{name}"))
        except NotFound:
            return None
        return dict(json.loads(told))

    def create(self, spec: Entry, auth: str | None) -> bool:
        """Make a service; whether there was none of its name."""
        try:
            self._ask(lambda client: client.told("POST", "/services/create", spec, auth))
        except Conflict:
            return False
        return True

    def update(self, service: Entry, spec: Entry) -> bool:
        """Change a service; whether nobody else has changed it since it was read.

        A manager answers 500 for that, as it does for much else.
        """
        version = service["Version"]["Index"]
        try:
            self._ask(
                lambda client: client.told("POST", f"/services/{service['ID']}/update?version={version}", spec),
                again=False,
            )
        except EngineAnswered as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return False
        return True

    def remove(self, service: str) -> None:
        """Have a service removed; one that is gone already is fine. Its tasks end with their grace."""
        try:
            self._ask(lambda client: client.told("DELETE", f"/services/{service}"))
        except NotFound:
            return

    def logs(self, task: str, tail: int) -> tuple[str, ...]:
        """The last lines of a task, which its manager asks its node for."""
        target = f"/tasks/{task}/logs?stdout=1&stderr=1&tail={tail}"
        log = unframed(self._ask(lambda client: client.told("GET", target)))
        return tuple(line[:LOG_LINE_LIMIT] for line in log.decode(errors="replace").splitlines()[-tail:])

    def close(self) -> None:
        for engine in self.engines:
            engine.close()

    def _listed(self, path: str, labels: Sequence[str] = ()) -> Sequence[Entry]:
        target = f"{path}?filters={quote(json.dumps({'label': list(labels)}))}"
        return list(json.loads(self._ask(lambda client: client.told("GET", target))))

    def _ask(self, call: Callable[[EngineClient], T], *, again: bool = True) -> T:
        """Have an answer.

        Args:
            again: whether to ask again while they have no leader, which they tell as one 5xx or another.
        """
        problems: dict[str, str] = {}
        for pause in (*WITHOUT_LEADER, None):
            leaderless = False
            for engine in self._in_turn():
                try:
                    with engine.asked(HostStep.CONNECTING, self.time_outs.ask) as client:
                        answer = call(client)
                except HostFailed as failure:
                    refusal = failure.__cause__
                    if isinstance(refusal, EngineAnswered):
                        if refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR or not again:
                            raise refusal from None
                        leaderless = True
                    problems[self.urls[engine]] = failure.reason
                else:
                    self._first = engine
                    return answer
            if pause is None or not leaderless:
                break
            gevent.sleep(pause)
        raise Unavailable("the swarm", "; ".join(f"{url} {why}" for url, why in problems.items()))

    def _in_turn(self) -> Iterator[Engine]:
        yield self._first
        yield from (engine for engine in self.engines if engine is not self._first)
