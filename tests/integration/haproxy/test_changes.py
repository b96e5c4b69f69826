"""Changes of traffic on real HAProxies: all or none, whatever breaks, and with nobody's request lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from playground.machine.world import World
from shippy.backend.haproxy.balancer import haproxy_balancers
from shippy.errors import BalancersRefused, Unavailable
from shippy.model import ALL, Routing, Share, Slot, Traffic
from tests.integration.haproxies import APP, HAProxies, Server, at, both, visitors
from tests.integration.haproxy.recorder import Recorder

QUARTER = Share.of_percent(25)


@pytest.mark.parametrize("runtime", ["unix", "tcp"])
def test_both_kinds_of_runtime_address(world: World, old: Server, new: Server, runtime: str) -> None:
    haproxies = HAProxies(world, runtime=runtime)
    haproxies.balancers.bring(at(QUARTER, old, new))
    assert haproxies.balancers.read() == {"lb1": at(QUARTER, old, new), "lb2": at(QUARTER, old, new)}


def test_a_share_and_a_swap_are_one_write_each(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    with Recorder(haproxies.machines["lb1"].socket) as recorder:
        balancer = haproxies.app.balancers[0].model_copy(update={"runtime": recorder.url})
        balancers = haproxy_balancers(APP, haproxies.app.model_copy(update={"balancers": (balancer,)}))
        balancers.bring(at(QUARTER, old, new))
        balancers.bring(Traffic(Routing(Slot.GREEN), both(old, new)))
        balancers.bring(Traffic(Routing(Slot.GREEN), both(old, new)))
    map_file = haproxies.machines["lb1"].files / "web.map"
    assert recorder.writes == [f"set map {map_file} web blue/green/2500", f"set map {map_file} web green/none/0"]


def test_a_change_that_one_refuses_is_taken_back_on_the_others(world: World, old: Server, new: Server) -> None:
    """lb2 cannot write its files any more, which is found out when lb1 may have changed already."""
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share(0), old, new))
    full = haproxies.machines["lb2"].files
    full.rename(full.with_name("gone"))
    with pytest.raises(BalancersRefused) as refused:
        haproxies.balancers.bring(at(QUARTER, old, new))
    assert "no such file or directory" in refused.value.failures["lb2"]
    assert refused.value.stuck == ("lb2",)
    assert haproxies.balancers.read() == {"lb1": at(Share(0), old, new), "lb2": at(Share(0), old, new)}
    assert (haproxies.machines["lb1"].files / "web.map").read_text() == "web blue/green/0\n"


def test_an_abort_reaches_visitors_even_where_it_cannot_be_recorded(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(ALL, old, new))
    full = haproxies.machines["lb1"].files
    full.rename(full.with_name("gone"))
    live = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})})
    assert set(haproxies.balancers.force(live)) == {"lb1"}
    assert haproxies.visits(20) == {"old": 20}


def test_a_frozen_balancer_is_given_up_after_two_seconds(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share(0), old, new))
    haproxies.machines["lb2"].freeze()
    with gevent.Timeout(4), pytest.raises(BalancersRefused) as refused:
        haproxies.balancers.bring(at(QUARTER, old, new))
    haproxies.machines["lb2"].thaw()
    assert refused.value.failures == {"lb2": "no answer within 2 s"}
    assert haproxies.balancers.read() == {"lb1": at(Share(0), old, new), "lb2": at(Share(0), old, new)}


def test_the_public_is_not_sent_to_a_slot_that_has_died(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    new.stop()
    with visitors(haproxies.get) as seen, gevent.Timeout(10):
        while haproxies.verify().status != 503:
            gevent.sleep(0.05)
        with pytest.raises(BalancersRefused) as refused:
            haproxies.balancers.bring(at(QUARTER, old, new))
    assert refused.value.failures == {"lb1": "no server in green is up"}
    assert {answer.text if not isinstance(answer, OSError) else answer for answer in seen} == {"old"}


def test_no_request_is_lost_through_a_whole_deploy_and_an_abort(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    live = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})})
    committed = Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})})
    haproxies.balancers.bring(live)
    old.takes = new.takes = 0.02
    with visitors(haproxies.get) as seen:
        while len(seen) <= 200:
            for wanted in (at(Share(0), old, new), at(QUARTER, old, new), at(ALL, old, new)):
                haproxies.balancers.bring(wanted)
            drained(haproxies, Slot.BLUE, Traffic(Routing(Slot.GREEN), both(old, new)))
            haproxies.balancers.bring(committed)
            haproxies.balancers.bring(Traffic(Routing(Slot.GREEN, Slot.BLUE, QUARTER), both(old, new)))
            drained(haproxies, Slot.GREEN, Traffic(Routing(Slot.BLUE), both(old, new)))
            haproxies.balancers.bring(live)
    lost = [answer for answer in seen if isinstance(answer, OSError) or answer.status != 200]
    assert lost == []


def test_a_hundred_servers_are_added_in_one_change(world: World, old: Server, new: Server) -> None:
    """More than HAProxy takes in one line of commands."""
    haproxies = HAProxies(world, ["lb1"])
    many = frozenset(replace(new.endpoint, host=f"web{number}") for number in range(100))
    wanted = Traffic(Routing(Slot.BLUE, Slot.GREEN), {Slot.BLUE: frozenset({old.endpoint}), Slot.GREEN: many})
    haproxies.balancers.bring(wanted)
    assert haproxies.balancers.read() == {"lb1": wanted}
    assert haproxies.balancers.servers_up(Slot.GREEN) == len(many)


def drained(haproxies: HAProxies, slot: Slot, wanted: Traffic) -> None:
    """Bring what leaves a slot without visitors, and wait until those that it has are served."""
    haproxies.balancers.bring(wanted)
    with gevent.Timeout(10):
        while haproxies.balancers.sessions(slot):
            gevent.sleep(0.01)


def test_a_request_in_flight_is_a_session_and_is_cut_only_by_removal(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share(0), old, new))
    slow = [gevent.spawn(haproxies.get, name, "/slow") for name in haproxies.machines]
    old.waiting.wait(5)
    with gevent.Timeout(5):
        while haproxies.balancers.sessions(Slot.BLUE) != 2:
            gevent.sleep(0.01)
    haproxies.balancers.bring(Traffic(Routing(Slot.GREEN), both(old, new)))
    assert haproxies.balancers.sessions(Slot.BLUE) == 2
    haproxies.balancers.bring(Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})}))
    assert haproxies.balancers.sessions(Slot.BLUE) == 0
    assert all(greenlet.get(timeout=5).status >= 500 for greenlet in slow)
    old.go.set()


def test_an_answer_that_is_nearly_done_ends_before_its_server_is_cut(world: World, old: Server, new: Server) -> None:
    """A balancer that was away, and serves visitors from what is removed as soon as it is back."""
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(Share(0), old, new))
    asked = gevent.spawn(haproxies.get, "lb1", "/slow")
    assert old.waiting.wait(5)
    removal = gevent.spawn(
        haproxies.balancers.force, Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})})
    )
    with gevent.Timeout(5):
        while ",MAINT," not in haproxies.ask("show stat web_blue 4 -1"):
            gevent.sleep(0.001)
    old.go.set()
    assert (asked.get(timeout=5).text, removal.get(timeout=5)) == ("old", {})


@pytest.mark.parametrize("again", ["restart", "reload"])
def test_with_files_a_restarted_haproxy_goes_on_as_it_was(world: World, old: Server, new: Server, again: str) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(ALL, old, new))
    getattr(haproxies.machines["lb1"], again)()
    assert haproxies.visits(20) == {"new": 20}
    assert haproxies.balancers.read() == {"lb1": at(ALL, old, new)}
    # Its servers come from its file now, and can be removed like those that were added to the running process.
    committed = Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})})
    haproxies.balancers.bring(committed)
    assert haproxies.balancers.read() == {"lb1": committed}


def test_a_reload_loses_no_request(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(QUARTER, old, new))
    with visitors(haproxies.get) as seen:
        haproxies.machines["lb1"].reload()
    assert [answer for answer in seen if isinstance(answer, OSError) or answer.status != 200] == []


def test_without_files_a_restarted_haproxy_is_told_again(world: World, old: Server, new: Server) -> None:
    """Zero means zero meanwhile: no visitor gets the new version, which is the first to come up in blue."""
    haproxies = HAProxies(world, ["lb1"], files=False)
    swapped = Traffic(
        Routing(Slot.GREEN, Slot.BLUE), {Slot.BLUE: frozenset({new.endpoint}), Slot.GREEN: frozenset({old.endpoint})}
    )
    haproxies.balancers.bring(swapped)
    haproxies.machines["lb1"].restart()
    assert haproxies.balancers.read() == {"lb1": Traffic(Routing(Slot.BLUE))}
    with visitors(haproxies.get) as seen, gevent.Timeout(1):
        assert haproxies.balancers.force(swapped) == {}
    assert haproxies.visits(20) == {"old": 20}
    assert {answer.text for answer in seen if not isinstance(answer, OSError) and answer.status == 200} <= {"old"}


def test_a_change_forced_on_a_stopped_haproxy_is_what_it_starts_with(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(ALL, old, new))
    haproxies.machines["lb1"].stop()
    live = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})})
    assert set(haproxies.balancers.force(live)) == {"lb1"}
    haproxies.machines["lb1"].restart()
    assert haproxies.visits(20) == {"old": 20}
    assert haproxies.balancers.read() == {"lb1": live}


def test_the_same_host_comes_back_in_the_same_slot_on_another_port(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})}))
    after = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({new.endpoint})})
    haproxies.balancers.bring(after)
    assert haproxies.balancers.read() == {"lb1": after}
    assert haproxies.visits(20) == {"new": 20}


def test_what_was_changed_by_hand_is_put_right(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(QUARTER, old, new))
    name = f"{old.endpoint.host}_{old.endpoint.address}_{old.endpoint.port}"
    for command in (
        f"set map {haproxies.machines['lb1'].files / 'web.map'} web nonsense",
        f"set server web_blue/{name} addr 127.0.0.1 port 1",
        "add server web_green/by_hand 127.0.0.1:1",
    ):
        haproxies.ask(command)
    assert haproxies.balancers.read() != {"lb1": at(QUARTER, old, new)}
    haproxies.balancers.bring(at(QUARTER, old, new))
    assert haproxies.balancers.read() == {"lb1": at(QUARTER, old, new)}
    assert haproxies.visits(20).keys() <= {"old", "new"}


def test_a_killed_change_leaves_no_greenlet_and_can_be_forced_right(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    live = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})})
    haproxies.balancers.bring(live)
    change = gevent.spawn(haproxies.balancers.bring, at(ALL, old, new))
    with gevent.Timeout(5):
        while all(haproxies.balancers.read()[name] == live for name in haproxies.machines):
            gevent.sleep(0)
    change.kill()
    assert haproxies.balancers.force(live) == {}
    assert haproxies.balancers.read() == {"lb1": live, "lb2": live}


def test_a_haproxy_with_another_configuration_is_told_apart(world: World, tmp_path: Path, old: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    unknown = haproxy_balancers("shop", haproxies.app.model_copy(update={"files": tmp_path}))
    with pytest.raises(BalancersRefused) as refused:
        unknown.bring(Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})}))
    assert "shop_blue" in refused.value.failures["lb1"]
    assert isinstance(unknown.read()["lb1"], Unavailable)
