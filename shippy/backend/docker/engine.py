"""The engine of one host: its client, and how long it is waited for."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gevent
from gevent.lock import BoundedSemaphore

from shippy.backend.docker.containers import EVERYTHING
from shippy.backend.docker.errors import ENGINE_ERRORS, is_silence, reason_of
from shippy.backend.engine.certificates import Certificates
from shippy.backend.engine.client import EngineClient, entries_of
from shippy.backend.engine.connecting import way_to
from shippy.backend.engine.credentials import Credentials
from shippy.backend.engine.errors import EngineAnswered
from shippy.backend.engine.pool import Pool
from shippy.backend.many import Turns
from shippy.config.hosts import Host
from shippy.errors import HostFailed
from shippy.model import HostStep


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """How long an engine may take, in seconds, before its host counts as failed.

    `connect` is for the connection, `ask` for a question (what runs, which version), `change` for creating, starting
    or removing one container, `registry` for a question that the engine passes on to the registry, and `idle` for the
    silence between two lines of a pull, which as a whole may take as long as it goes on.

    `again` is for an engine that was silent when it was last asked: for its connection, and for its greeting, ahead of
    any question. Each step would wait for it from scratch otherwise. One that is merely slow greets at once.

    `awake` is for how long an engine that has answered is taken to be one that does.
    """

    connect: float = 5.0
    ask: float = 10.0
    change: float = 30.0
    registry: float = 20.0
    idle: float = 60.0
    again: float = 3.0
    awake: float = 10.0


TIME_OUTS = TimeOuts()

SSH = "ssh://"

GATHERED_WITHIN = 0.1
"""Seconds in which those gather who look at an engine at the same moment."""


class Keys:
    """What shippy shows to engines, and has them show to registries: the same for all hosts, and read once for all."""

    def __init__(self) -> None:
        self.certificates = Certificates()
        self.credentials = Credentials()


class Engine:
    """Hands out the client of one host's engine.

    The client is made when it is first needed and kept, with the API version that the engine told, and its connections.
    When a connection is lost it is made anew: the engine may have come back as another version, and a dead ssh
    transport does not mend itself.

    Args:
        host: its section of the config.
        time_outs: how long the engine may take.
        keys: shared by all engines.
        turns: the turns to go on once it has answered, shared by all engines.
    """

    def __init__(
        self,
        host: Host,
        time_outs: TimeOuts = TIME_OUTS,
        keys: Keys | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.host = host
        self.time_outs = time_outs
        self.keys = keys or Keys()
        self.turns = turns or Turns()
        self._client: EngineClient | None = None
        self._silent = False
        self._silent_still = 0.0
        self._heard = -math.inf
        self._making = BoundedSemaphore(1)
        self._listing: gevent.Greenlet[..., bytes | HostFailed] | None = None
        self._listed = b"[]"

    @contextmanager
    def asked(self, step: HostStep, within: float | None) -> Iterator[EngineClient]:
        """The client, for one call or a few that belong together, within so many seconds (None: `idle` alone bounds).

        Raises:
            HostFailed: whatever goes wrong with the engine in the body, named for a person.
        """
        deadline = gevent.Timeout(within)
        try:
            with deadline:
                yield self._made(step)
            self._heard = time.monotonic()
        except gevent.Timeout as late:
            if late is not deadline:
                raise
            self._lose(silent=True)
            raise HostFailed(self.host.name, step, f"no answer within {within:g} s") from late
        except ENGINE_ERRORS as error:
            if not isinstance(error, EngineAnswered):
                self._lose(silent=self._silent or is_silence(error))
            reason = reason_of(error, self.time_outs.idle)
            raise HostFailed(self.host.name, step, reason) from error

    def everything(self) -> gevent.Greenlet[..., bytes | HostFailed]:
        """Comes to its list of shippy's containers, of whichever app: one list for all who ask at the same moment.

        It is asked for after they have, so that what they are told is no older than their question.
        """
        if self._listing is None:
            self._listing = gevent.spawn_later(GATHERED_WITHIN, self._list)
        return self._listing

    @property
    def is_awake(self) -> bool:
        """Whether it has answered so lately that nobody needs to see first whether it does."""
        return time.monotonic() - self._heard < self.time_outs.awake

    def close(self) -> None:
        """Close the idle connections. The next call makes new ones."""
        if self._client:
            self._client.close()
        self._client = None

    def _lose(self, *, silent: bool) -> None:
        self.close()
        self._silent = silent
        self._heard = -math.inf

    def _list(self) -> bytes | HostFailed:
        self.turns.take()
        self._listing = None
        try:
            with self.asked(HostStep.CONNECTING, self.time_outs.ask) as client:
                told = client.told("GET", EVERYTHING)
                if told != self._listed:
                    # Whoever reads it further on is to find a list.
                    entries_of(told)
                    self._listed = told
        except HostFailed as failure:
            return failure
        return self._listed

    def _made(self, step: HostStep) -> EngineClient:
        began = time.monotonic()
        with self._making:
            if self._client is None and self._silent_still >= began:
                # Whoever was here before has waited for it.
                raise self._still_silent(step)
            if self._client and self._client.pool.was_left:
                self.close()
            if self._client is None:
                self._client = self._greeted_again(step) if self._silent else self._greeted(self.time_outs.connect)
                self._silent = False
            return self._client

    def _greeted(self, connect_within: float, read_within: float | None = None) -> EngineClient:
        way = way_to(self.host.docker, self.host.tls, self.keys.certificates)
        pool = Pool(way, connect_within, read_within or self.time_outs.idle, self.turns.take)
        greeted = False
        try:
            client = EngineClient.greeted(pool)
            pool.idle_within, pool.connect_within = self.time_outs.idle, self.time_outs.connect
            greeted = True
        finally:
            if not greeted:
                pool.close()
        return client

    def _greeted_again(self, step: HostStep) -> EngineClient:
        again = self.time_outs.again
        deadline = gevent.Timeout(2 * again)
        try:
            with deadline:
                return self._greeted(again, again)
        except gevent.Timeout as late:
            if late is not deadline:
                raise
            raise self._still_silent(step) from late
        except ENGINE_ERRORS as error:
            if not is_silence(error):
                raise
            raise self._still_silent(step) from error

    def _still_silent(self, step: HostStep) -> HostFailed:
        self._silent_still = time.monotonic()
        return HostFailed(self.host.name, step, f"still no answer, within {self.time_outs.again:g} s")


class Engines:
    """The engines of a daemon: apps that have the same host share its engine, with its connections.

    Behind ssh each app has its own, and so a connection of its own: one has room for few calls at a time (sshd's
    MaxSessions: ten, if it is not told otherwise), and where one of them is not answered in time, all end with it.
    """

    def __init__(self, time_outs: TimeOuts = TIME_OUTS) -> None:
        self.time_outs = time_outs
        self._keys = Keys()
        self._turns = Turns()
        self._engines: dict[Host, Engine] = {}

    def of(self, host: Host) -> Engine:
        if host.docker.startswith(SSH):
            return self._new(host)
        if host not in self._engines:
            self._engines[host] = self._new(host)
        return self._engines[host]

    def _new(self, host: Host) -> Engine:
        return Engine(host, self.time_outs, self._keys, self._turns)
