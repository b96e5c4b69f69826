"""What has to be done to one HAProxy for it to do what is wanted. Pure: state and wish in, steps out."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.backend.haproxy.state import State, map_entry, server_name
from shippy.model import Endpoint, Slot, Traffic


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, in the order of the fields. Nothing in any of them: there is nothing to do.

    Attributes:
        route_first: nothing is served at all, so that the entry can go ahead of the servers, and has to: the first
            server to come up must not get requests by an entry that is out of date.
        replace: servers that have the name of a wanted endpoint, but not its address; they go before it is added.
        add: endpoints that there is no server for.
        wake: wanted endpoints whose server has been told to take no requests.
        entry: the map entry to be written, if it is not there.
        remove: servers that are wanted no longer.
    """

    route_first: bool = False
    replace: tuple[tuple[Slot, str], ...] = ()
    add: tuple[tuple[Slot, Endpoint], ...] = ()
    wake: tuple[tuple[Slot, Endpoint], ...] = ()
    entry: str | None = None
    remove: tuple[tuple[Slot, str], ...] = ()


def plan(actual: State, wanted: Traffic) -> Plan:
    entry = map_entry(wanted.routing)
    add: list[tuple[Slot, Endpoint]] = []
    wake: list[tuple[Slot, Endpoint]] = []
    replace: list[tuple[Slot, str]] = []
    remove: list[tuple[Slot, str]] = []
    for slot in Slot:
        servers = actual.slots[slot].servers
        endpoints = wanted.in_slot(slot)
        there = {server.endpoint for server in servers}
        new = sorted(endpoints - there)
        add += [(slot, endpoint) for endpoint in new]
        wake += [(slot, server.endpoint) for server in servers if server.resting and server.endpoint in endpoints]
        for server in servers:
            if server.endpoint not in endpoints:
                names = {server_name(endpoint) for endpoint in new}
                (replace if server.name in names else remove).append((slot, server.name))
    return Plan(
        route_first=not any(actual.slots[slot].servers for slot in Slot),
        replace=tuple(replace),
        add=tuple(add),
        wake=tuple(wake),
        entry=None if actual.entry == entry else entry,
        remove=tuple(remove),
    )
