"""HAProxy's answers as values. The texts are what HAProxy 2.6.12 said."""

from __future__ import annotations

import pytest

from shippy.backend.haproxy.state import (
    UNROUTED,
    Server,
    State,
    map_entry,
    parse_map,
    parse_slot,
    routing_of,
    server_name,
)
from shippy.model import ALL, Endpoint, Routing, Share, Slot, Traffic

COLUMNS = "# pxname,svname,qcur,scur,status,last_chk,check_status,check_desc,addr,"
ENDPOINT = Endpoint("web-1", "10.0.0.11", 32768)


def stat(*rows: str) -> str:
    return "\n".join([COLUMNS, *rows, "web_blue,BACKEND,1,3,UP,,,,,"])


def one(row: str) -> Server:
    (server,) = parse_slot(stat(row)).servers
    return server


@pytest.mark.parametrize(
    ("routing", "entry"),
    [
        (Routing(Slot.BLUE), "blue/none/0"),
        (Routing(Slot.GREEN, Slot.BLUE), "green/blue/0"),
        (Routing(Slot.BLUE, Slot.GREEN, Share.of_percent("0.5")), "blue/green/50"),
        (Routing(Slot.BLUE, Slot.GREEN, ALL), "blue/green/10000"),
    ],
)
def test_a_routing_is_one_entry_and_comes_back_from_it(routing: Routing, entry: str) -> None:
    assert map_entry(routing) == entry
    assert routing_of(entry) == routing


@pytest.mark.parametrize(
    ("entry", "routing"),
    [
        ("", Routing(Slot.BLUE)),
        ("red/green", Routing(Slot.BLUE, Slot.GREEN)),
        ("green/red/500", Routing(Slot.GREEN)),
        ("green/blue/many", Routing(Slot.GREEN, Slot.BLUE)),
        ("green/blue/20000/x", Routing(Slot.GREEN, Slot.BLUE, ALL, "x")),
    ],
)
def test_an_entry_that_somebody_wrote_is_read_as_haproxy_does(entry: str, routing: Routing) -> None:
    assert routing_of(entry) == routing


def test_an_apps_entry_is_found_among_those_of_others() -> None:
    answer = "0x55 webshop blue/none/0\n0x56 web green/none/0\n"
    assert parse_map(answer, "web") == "green/none/0"
    assert parse_map(answer, "shop") is None
    assert parse_map("\n", "web") is None


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        (ENDPOINT, "10.0.0.11:32768"),
        (Endpoint("web1-2", "2001:db8::1", 80), "[2001:db8::1]:80"),
        (Endpoint("web1", "web_1.example.com", 80), "10.1.2.3:80"),
    ],
)
def test_a_server_tells_the_endpoint_that_it_is_for(endpoint: Endpoint, address: str) -> None:
    name = server_name(endpoint)
    assert one(f"web_blue,{name},0,0,UP,,L7OK,,{address},").endpoint == endpoint


def test_a_server_with_another_address_than_its_name_says_is_another_endpoint() -> None:
    moved = one(f"web_blue,{server_name(ENDPOINT)},0,0,UP,,L7OK,,10.0.0.99:1,")
    assert moved.endpoint == Endpoint("web-1", "10.0.0.99", 1)


def test_a_server_added_by_hand_is_told_by_its_name() -> None:
    assert one("web_blue,canary,0,0,no check,,,,10.0.0.9:80,").endpoint == Endpoint("canary", "10.0.0.9", 80)


@pytest.mark.parametrize(
    ("status", "check", "up", "healthy", "resting"),
    [
        ("UP", "L7OK", True, True, False),
        ("UP 1/3", "INI", True, False, False),
        ("UP 2/3", "* L7OK", True, True, False),
        ("no check", "", True, False, False),
        ("DOWN", "L4CON", False, False, False),
        ("DOWN 1/2", "L7OK", False, True, False),
        ("DRAIN", "L7OK", False, True, True),
        ("MAINT", "", False, False, True),
    ],
)
def test_the_states_of_a_server(status: str, check: str, up: bool, healthy: bool, resting: bool) -> None:
    server = one(f"web_blue,a,0,0,{status},,{check},,10.0.0.1:80,")
    assert (server.up, server.healthy, server.resting) == (up, healthy, resting)


def test_a_slots_sessions_are_those_of_its_backend_queued_ones_too() -> None:
    assert parse_slot(stat("web_blue,a,0,2,UP,,L7OK,,10.0.0.1:80,")).sessions == 3


def test_an_app_that_the_map_does_not_know_is_unrouted() -> None:
    state = State(None, {slot: parse_slot(stat()) for slot in Slot})
    assert state.traffic == Traffic(routing_of(UNROUTED))


def test_what_a_check_has_said_may_have_commas_and_quotes_in_it() -> None:
    """HAProxy puts such a column into quotes, and doubles those that are in it (management.txt, section 9.1)."""
    columns = "# pxname,svname,scur,status,check_status,last_chk,check_desc,addr,\n"
    server = 'web_blue,web1_10.0.0.11_80,0,DOWN,L7STS,"said ""no"", and left",,10.0.0.11:80,\n'
    (found,) = parse_slot(f"{columns}{server}web_blue,BACKEND,3,DOWN,,,,,").servers
    assert found.detail == 'said "no", and left'
    assert found.endpoint == Endpoint("web1", "10.0.0.11", 80)
