"""An app's servers and map entry on one HAProxy, read and changed through its Runtime API."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from shippy.backend.haproxy.counts import EVERY_BACKEND, parse_counts
from shippy.backend.haproxy.runtime import Runtime
from shippy.backend.haproxy.state import (
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
SOON = (0.002, 0.002, 0.003, 0.005, 0.01)
"""The first pauses between two looks at a new server: its first check comes within milliseconds."""
LINE_BYTES = 8_000
"""How full a line of commands is made: HAProxy takes one of 16 KB (tune.bufsize)."""

Told = list[tuple[str, str]]
"""Commands that belong together, each with the answer that says that it is done."""


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

    def add(self, new: Iterable[tuple[Slot, Endpoint]], known: Iterable[tuple[Slot, Endpoint]], *, check: bool) -> None:
        """Add servers, with their checks on and no requests for them (they start in maintenance).

        `check`: have these, and the known ones, checked at once, still without requests.
        """
        commands: list[Told] = []
        for slot, endpoint in new:
            server = self._path(slot, server_name(endpoint))
            where = address_and_port(self._resolved(endpoint.address), endpoint.port)
            # In one line, and so in one go: HAProxy looks for the first time a moment later (max-spread-checks), and
            # finding a server that is not to be checked yet, it would look again only a whole interval after that.
            line = [(f"add server {server} {where} {self._options}", ADDED), (f"enable health {server}", "")]
            commands.append([*line, *([(f"set server {server} state drain", "")] if check else [])])
        if check:
            paths = (self._path(slot, server_name(endpoint)) for slot, endpoint in known)
            commands += [[(f"set server {server} state drain", "")] for server in paths]
        self._tell_all(commands)

    def serve(self, endpoints: Iterable[tuple[Slot, Endpoint]]) -> State:
        """Let servers get requests, as long as their checks pass; returns what is read after that."""
        paths = (self._path(slot, server_name(endpoint)) for slot, endpoint in endpoints)
        return self._state(
            self._tell_all([[(f"set server {server} state ready", "")] for server in paths], self._reading)
        )

    def await_health(self, pending: Iterable[tuple[Slot, Endpoint]], within: float) -> None:
        """Return once HAProxy's own check of each has passed; Unavailable names one that has not within seconds."""
        waiting = set(pending)
        deadline = time.monotonic() + within
        pauses = chain(SOON, repeat(POLL_EVERY))
        while late := self._not_healthy(waiting):
            if time.monotonic() > deadline:
                where = address_and_port(late[0].endpoint.address, late[0].endpoint.port)
                said = late[0].detail or "not checked yet"
                raise Unavailable(self._name, f"{late[0].endpoint.host} ({where}) does not pass its check: {said}")
            time.sleep(next(pauses))

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

    def _tell_all(self, commands: Iterable[Told], reading: Sequence[str] = ()) -> Sequence[str]:
        """Have commands done, with as few connections as they fit into, those that belong together in one of them.

        Returns the answers to what is asked in the end.
        """
        lines: list[Told] = [[]]
        for told in commands:
            if sum(len(command) for command, _ in lines[-1]) > LINE_BYTES:
                lines.append([])
            lines[-1] += told
        for line in lines[:-1]:
            self._require(line, self._runtime.ask_all(*(command for command, _ in line)))
        last = lines[-1]
        asked = [*(command for command, _ in last), *reading]
        answers = self._runtime.ask_all(*asked) if asked else []
        self._require(last, answers)
        return answers[len(last) :]

    def _require(self, told: Told, answers: Sequence[str]) -> None:
        for (command, expected), answer in zip(told, answers, strict=False):
            self._runtime.require(command, answer, expected)

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
