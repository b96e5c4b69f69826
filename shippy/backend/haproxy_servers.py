"""An app's servers and map entry on one HAProxy, read and changed through its Runtime API."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Sequence

from shippy.backend.haproxy_counts import EVERY_BACKEND, parse_counts
from shippy.backend.haproxy_runtime import Runtime
from shippy.backend.haproxy_state import (
    Server,
    SlotState,
    State,
    address_and_port,
    backend_name,
    parse_map,
    parse_slot,
    server_name,
)
from shippy.errors import Unavailable
from shippy.model import Endpoint, Slot, SlotCounts

BACKEND_AND_SERVERS = 6
ADDED = "New server registered."
DELETED = "Server deleted."
IN_USE = "Server still has connections attached to it, cannot remove it."
REMOVED_WITHIN = 2.0
ANSWERED_WITHIN = 0.3
POLL_EVERY = 0.02


class Servers:
    """What the Runtime API has of one app.

    Args:
        name: the balancer's name, for errors.
        app: the app's name, which starts its backends' names and is its key in the map.
        map_name: the map's file name, exactly as in the configuration.
        options: the options of every server ("check inter 1s …"): servers that are added at run time inherit none.

    Every method raises Unavailable when HAProxy does not answer, or not as it should.
    """

    def __init__(self, name: str, app: str, runtime: Runtime, map_name: str, options: str) -> None:
        self._name = name
        self._app = app
        self._runtime = runtime
        self._map = map_name
        self._options = options

    def read(self) -> State:
        return self._state(self._runtime.ask_all(*self._reading))

    def slot(self, slot: Slot) -> SlotState:
        return self._slot(slot, self._runtime.ask(self._show(slot)))

    def counts(self) -> SlotCounts:
        return parse_counts(self._runtime.ask(EVERY_BACKEND), self._app)

    def route(self, entry: str, *, there: bool) -> State:
        """Write the app's map entry, in one step for whoever is being served; returns what is read back after that.

        `there`: it has one.
        """
        write = f"{'set' if there else 'add'} map {self._map} {self._app} {entry}"
        done, *read = self._runtime.ask_all(write, *self._reading)
        self._runtime.require(write, done)
        return self._state(read)

    def add(self, slot: Slot, endpoint: Endpoint) -> None:
        """Add a server, with its check on and no requests for it (it starts in maintenance)."""
        server = self._path(slot, server_name(endpoint))
        where = address_and_port(self._resolved(endpoint.address), endpoint.port)
        self._runtime.tell(f"add server {server} {where} {self._options}", ADDED)
        self._runtime.tell(f"enable health {server}")

    def probe(self, slot: Slot, endpoint: Endpoint) -> None:
        """Let a server be checked, and still get no requests."""
        self._runtime.tell(f"set server {self._path(slot, server_name(endpoint))} state drain")

    def serve(self, slot: Slot, endpoint: Endpoint) -> None:
        """Let a server get requests, as long as its checks pass."""
        self._runtime.tell(f"set server {self._path(slot, server_name(endpoint))} state ready")

    def await_health(self, pending: Iterable[tuple[Slot, Endpoint]], within: float) -> None:
        """Return once HAProxy's own check of each has passed; Unavailable names one that has not within seconds."""
        waiting = set(pending)
        deadline = time.monotonic() + within
        while late := self._not_healthy(waiting):
            if time.monotonic() > deadline:
                where = address_and_port(late[0].endpoint.address, late[0].endpoint.port)
                said = late[0].detail or "not checked yet"
                raise Unavailable(self._name, f"{late[0].endpoint.host} ({where}) does not pass its check: {said}")
            time.sleep(POLL_EVERY)

    def remove(self, slot: Slot, name: str) -> None:
        """Remove a server; sessions that it still has are cut. They are expected to have been drained."""
        server = self._path(slot, name)
        self._runtime.tell(f"set server {server} state maint")
        # Where it has not been drained (a balancer that was away), what is just being answered may end.
        cut_from = time.monotonic() + ANSWERED_WITHIN
        deadline = time.monotonic() + REMOVED_WITHIN
        while (answer := self._runtime.ask(f"del server {server}")) != DELETED:
            if answer != IN_USE or time.monotonic() > deadline:
                raise Unavailable(self._name, f"it does not remove {name}: {answer}")
            if time.monotonic() > cut_from:
                self._runtime.tell(f"shutdown sessions server {server}")
            time.sleep(POLL_EVERY)

    def _not_healthy(self, waiting: set[tuple[Slot, Endpoint]]) -> list[Server]:
        slots = {slot for slot, _ in waiting}
        return [
            server
            for slot in sorted(slots)
            for server in self.slot(slot).servers
            if (slot, server.endpoint) in waiting and not server.healthy
        ]

    @property
    def _reading(self) -> tuple[str, ...]:
        return f"show map {self._map}", *map(self._show, Slot)

    def _state(self, answers: Sequence[str]) -> State:
        entry, *slots = answers
        return State(
            parse_map(entry, self._app),
            {slot: self._slot(slot, answer) for slot, answer in zip(Slot, slots, strict=True)},
        )

    def _show(self, slot: Slot) -> str:
        return f"show stat {backend_name(self._app, slot)} {BACKEND_AND_SERVERS} -1"

    def _slot(self, slot: Slot, answer: str) -> SlotState:
        if not answer.startswith("# pxname,"):
            raise Unavailable(self._name, f"it has no backend {backend_name(self._app, slot)}: see balancer-config")
        return parse_slot(answer)

    def _path(self, slot: Slot, name: str) -> str:
        return f"{backend_name(self._app, slot)}/{name}"

    def _resolved(self, address: str) -> str:
        """A host's address: HAProxy resolves no names for servers that are added at run time."""
        try:
            return str(socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)[0][4][0])
        except OSError as error:
            raise Unavailable(self._name, f"{address} is not known to the name server") from error
