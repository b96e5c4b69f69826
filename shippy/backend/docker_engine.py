"""The engine of one host, reached through docker-py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gevent
import requests
from docker import APIClient
from docker.constants import DEFAULT_TIMEOUT_SECONDS
from docker.errors import APIError
from docker.tls import TLSConfig
from gevent.lock import BoundedSemaphore

from shippy.backend.docker_errors import ENGINE_ERRORS, is_silence, reason_of
from shippy.config.schema import Host
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
    """

    connect: float = 5.0
    ask: float = 10.0
    change: float = 30.0
    registry: float = 20.0
    idle: float = 60.0
    again: float = 3.0


TIME_OUTS = TimeOuts()


class EngineClient(APIClient):
    """docker-py's client, with no call that waits for ever and none that the environment redirects.

    Making it asks the engine for its version; `greet` is the time-out of that, where it is not the ordinary one.
    """

    def __init__(self, host: Host, time_outs: TimeOuts, greet: float | None = None) -> None:
        self._connect_within = greet or time_outs.connect
        self._idle_within = time_outs.idle
        tls = host.tls
        config = TLSConfig((str(tls.cert), str(tls.key)), ca_cert=str(tls.ca), verify=True) if tls else False
        within: Any = greet or DEFAULT_TIMEOUT_SECONDS
        super().__init__(host.docker, version="auto", tls=config, timeout=within)
        self.timeout = DEFAULT_TIMEOUT_SECONDS
        self._connect_within = time_outs.connect

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        # Proxies, .netrc and REQUESTS_CA_BUNDLE of the daemon's environment are not for engines; the last would even
        # take the place of the engine's own CA. requests' constructor sets this, and docker-py asks for the version
        # before its own constructor returns, so that here is the first place where it can be taken back.
        self.trust_env = False
        # docker-py passes None for a pull, and one number for connecting and reading in every other call.
        read = kwargs.get("timeout") or self._idle_within
        kwargs["timeout"] = (self._connect_within, read)
        return super().request(method, url, *args, **kwargs)


class Engine:
    """Hands out the client of one host's engine.

    The client is made when it is first needed and kept, with the API version that the engine told, its connections
    and its TLS set-up. When a connection is lost it is made anew: the engine may have come back as another version,
    and a dead ssh transport does not mend itself.
    """

    def __init__(self, host: Host, time_outs: TimeOuts = TIME_OUTS) -> None:
        self.host = host
        self.time_outs = time_outs
        self._client: EngineClient | None = None
        self._silent = False
        self._silent_still = 0.0
        self._making = BoundedSemaphore(1)

    @contextmanager
    def asked(self, step: HostStep, within: float | None) -> Iterator[APIClient]:
        """The client, for one call or a few that belong together, within so many seconds (None: `idle` alone bounds).

        Raises:
            HostFailed: whatever goes wrong with the engine in the body, named for a person.
        """
        deadline = gevent.Timeout(within)
        try:
            with deadline:
                yield self._made(step)
        except gevent.Timeout as late:
            if late is not deadline:
                raise
            self._client, self._silent = None, True
            raise HostFailed(self.host.name, step, f"no answer within {within:g} s") from late
        except ENGINE_ERRORS as error:
            if not isinstance(error, APIError):
                self._client, self._silent = None, self._silent or is_silence(error)
            reason = reason_of(error, self.time_outs.connect, self.time_outs.idle)
            raise HostFailed(self.host.name, step, reason) from error

    def close(self) -> None:
        """Close the idle connections. The next call makes new ones."""
        if self._client:
            self._client.close()
        self._client = None

    def _made(self, step: HostStep) -> EngineClient:
        began = time.monotonic()
        with self._making:
            if self._client is None and self._silent_still >= began:
                # Whoever was here before has waited for it.
                raise self._still_silent(step)
            if self._client is None:
                self._client = self._greeted_again(step) if self._silent else EngineClient(self.host, self.time_outs)
                self._silent = False
            return self._client

    def _greeted_again(self, step: HostStep) -> EngineClient:
        again = self.time_outs.again
        deadline = gevent.Timeout(2 * again)
        try:
            with deadline:
                return EngineClient(self.host, self.time_outs, again)
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
