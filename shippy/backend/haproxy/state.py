"""What one HAProxy says of an app, as values: its answers parsed, and what is written into it formatted. Pure.

The forms are those of HAProxy 2.6 (management.txt, "show map" and "show stat", and its section 9.1 for the CSV format).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from operator import itemgetter
from typing import NamedTuple

from shippy.model import ALL, NONE, Endpoint, Routing, Share, Slot, Traffic

NO_SLOT = "none"
UNROUTED = "blue/none/0"
"""The map entry that an app has as long as nobody has given it one. The configuration's frontends use it too."""

SERVER_NAME = re.compile(r"([a-z0-9-]+)_(.+)_(\d+)")
BACKEND_ROW = "BACKEND"

KNOWN_ENDPOINTS = 4096
"""Every balancer tells the same servers with each answer: so many are only understood once."""


def backend_name(app: str, slot: Slot) -> str:
    return f"{app}_{slot}"


def server_name(endpoint: Endpoint) -> str:
    """Tells host, address and port apart: a host's name and a port have no underscore."""
    return f"{endpoint.host}_{endpoint.address}_{endpoint.port}"


def address_and_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def map_entry(routing: Routing) -> str:
    """The value of an app's map entry: stable slot, candidate slot, share in basis points, salt."""
    return f"{routing.stable}/{routing.candidate or NO_SLOT}/{routing.share.basis_points}/{routing.salt}".rstrip("/")


def routing_of(entry: str) -> Routing:
    """What the frontends make of a map entry, whatever stands in it."""
    stable, candidate, share, salt, *_ = [*entry.split("/"), "", "", "", ""]
    slots = {str(slot): slot for slot in Slot}
    points = int(share) if share.isdecimal() else NONE.basis_points
    return Routing(
        stable=Slot.GREEN if stable == Slot.GREEN else Slot.BLUE,
        candidate=slots.get(candidate),
        share=Share(min(points, ALL.basis_points)) if candidate in slots else NONE,
        salt=salt,
    )


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a backend. `status` and `check` are HAProxy's words, such as "UP 1/3" and "L7OK"."""

    name: str
    endpoint: Endpoint
    status: str
    check: str = ""
    detail: str = ""

    @property
    def up(self) -> bool:
        """Whether it is given requests."""
        return self.status.startswith(("UP", "no check"))

    @property
    def healthy(self) -> bool:
        """Whether HAProxy's own last check of it passed."""
        return self.check.endswith("OK")

    @property
    def resting(self) -> bool:
        """Whether it was told to take no requests, whatever its health."""
        return self.status.startswith(("MAINT", "DRAIN"))


@dataclass(frozen=True, slots=True)
class SlotState:
    """One backend: its servers, and the sessions that it has open or queued."""

    servers: tuple[Server, ...] = ()
    sessions: int = 0

    @property
    def up(self) -> bool:
        return any(server.up for server in self.servers)


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a HAProxy does for an app. `entry` is None if the map has none for it."""

    entry: str | None
    slots: Mapping[Slot, SlotState]

    @property
    def traffic(self) -> Traffic:
        endpoints = {slot: frozenset(server.endpoint for server in self.slots[slot].servers) for slot in Slot}
        return Traffic(routing_of(self.entry or UNROUTED), endpoints)


class Row(NamedTuple):
    """What is used of the hundred columns of "show stat", under their names there."""

    svname: str
    addr: str
    status: str
    check_status: str
    last_chk: str
    check_desc: str
    scur: str


def parse_map(answer: str, app: str) -> str | None:
    """The app's value in what "show map" answered: lines of an identifier, a key and a value."""
    entries = (line.split(maxsplit=2) for line in answer.splitlines())
    return next((entry[2] for entry in entries if len(entry) == 3 and entry[1] == app), None)  # noqa: PLR2004 - as above


def parse_slot(answer: str) -> SlotState:
    """A backend in what "show stat" answered for its servers and itself."""
    header, *lines = answer.removeprefix("# ").splitlines()
    chosen = chooser(header, Row._fields)
    found = [Row(*chosen(columns(line))) for line in lines]
    return SlotState(
        servers=tuple(_server(row) for row in found if row.svname != BACKEND_ROW),
        sessions=sum(int(row.scur) for row in found if row.svname == BACKEND_ROW),
    )


@lru_cache
def chooser(header: str, fields: tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes some columns out of all of them, which are the same as long as a HAProxy's version is."""
    names = header.split(",")
    return itemgetter(*map(names.index, fields))


def columns(line: str) -> list[str]:
    """A line of CSV; only what an agent or a failed check has said may have quotes in it."""
    return next(csv.reader([line])) if '"' in line else line.split(",")


def _server(row: Row) -> Server:
    address, _, port = row.addr.rpartition(":")
    return Server(
        name=row.svname,
        endpoint=_endpoint(row.svname, address.strip("[]"), int(port or 0)),
        status=row.status,
        check=row.check_status.removeprefix("* "),
        detail=row.last_chk or row.check_desc,
    )


@lru_cache(KNOWN_ENDPOINTS)
def _endpoint(name: str, address: str, port: int) -> Endpoint:
    """A server's endpoint: the address and port that it really has, under the name of the host it is for."""
    match = SERVER_NAME.fullmatch(name)
    if match is None:
        return Endpoint(name, address, port)
    host, named = match[1], match[2]
    return Endpoint(host, named if _same_place(named, address) else address, port)


def _same_place(named: str, address: str) -> bool:
    """Whether an address as configured can be the one in use. A name can be any: it was resolved."""
    try:
        return ip_address(named) == ip_address(address)
    except ValueError:
        return True
