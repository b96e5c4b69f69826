"""What has to be done, from what is and what is wanted."""

from __future__ import annotations

from shippy.backend.haproxy.plan import Plan, plan
from shippy.backend.haproxy.state import Server, SlotState, State, server_name
from shippy.model import Endpoint, Routing, Share, Slot, Traffic

WEB1, WEB2, NEXT1 = (
    Endpoint("web1", "10.0.0.11", 1),
    Endpoint("web2", "10.0.0.12", 1),
    Endpoint("web1", "10.0.0.11", 2),
)
LIVE = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({WEB1, WEB2})})
VERIFIED = Traffic(Routing(Slot.BLUE, Slot.GREEN), {**LIVE.endpoints, Slot.GREEN: frozenset({NEXT1})})


def servers(*endpoints: Endpoint, status: str = "UP") -> SlotState:
    return SlotState(tuple(Server(server_name(endpoint), endpoint, status) for endpoint in endpoints))


def state(entry: str | None, blue: SlotState | None = None, green: SlotState | None = None) -> State:
    return State(entry, {Slot.BLUE: blue or SlotState(), Slot.GREEN: green or SlotState()})


def test_nothing_to_do() -> None:
    assert plan(state("blue/none/0", servers(WEB1, WEB2)), LIVE) == Plan()


def test_a_new_release_is_added_and_then_routed() -> None:
    steps = plan(state("blue/none/0", servers(WEB1, WEB2)), VERIFIED)
    assert steps == Plan(add=((Slot.GREEN, NEXT1),), entry="blue/green/0")


def test_a_share_and_a_swap_touch_the_entry_alone() -> None:
    now = state("blue/green/0", servers(WEB1, WEB2), servers(NEXT1))
    for routing, entry in (
        (Routing(Slot.BLUE, Slot.GREEN, Share(2500)), "blue/green/2500"),
        (Routing(Slot.GREEN), "green/none/0"),
    ):
        assert plan(now, Traffic(routing, VERIFIED.endpoints)) == Plan(entry=entry)


def test_what_is_wanted_no_longer_is_removed() -> None:
    steps = plan(state("blue/none/0", servers(WEB1, WEB2), servers(NEXT1)), LIVE)
    assert steps == Plan(remove=((Slot.GREEN, server_name(NEXT1)),))


def test_an_empty_balancer_is_routed_before_its_first_server_comes_up() -> None:
    steps = plan(state(None), LIVE)
    assert steps.route_first
    assert steps.entry == "blue/none/0"
    assert steps.add == ((Slot.BLUE, WEB1), (Slot.BLUE, WEB2))


def test_a_server_left_aside_by_an_interrupted_change_is_woken() -> None:
    for status in ("MAINT", "DRAIN"):
        steps = plan(state("blue/green/0", servers(WEB1, WEB2), servers(NEXT1, status=status)), VERIFIED)
        assert steps == Plan(wake=((Slot.GREEN, NEXT1),))


def test_a_server_that_was_given_another_address_is_replaced() -> None:
    moved = Server(server_name(WEB1), Endpoint("web1", "10.0.0.99", 1), "UP")
    steps = plan(state("blue/none/0", SlotState((moved, *servers(WEB2).servers))), LIVE)
    assert steps == Plan(replace=((Slot.BLUE, moved.name),), add=((Slot.BLUE, WEB1),))
