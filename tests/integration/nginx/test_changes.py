"""Changes of traffic on real nginxes: all or none, whatever breaks, and with nobody's request lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlsplit

import gevent
import pytest
from gevent.event import Event

from playground.machine.world import World
from shippy.backend.kinds import balancers_of
from shippy.errors import BalancersRefused
from shippy.model import ALL, Routing, Share, Slot, Traffic
from tests.integration.haproxies import APP, CLIENT_SECONDS, Server, at, both, visitors
from tests.integration.nginxes import Nginxes

QUARTER = Share.of_percent(25)


def live(old: Server) -> Traffic:
    return Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})})


def test_a_change_that_one_refuses_is_taken_back_on_the_others(world: World, old: Server, new: Server) -> None:
    """Somebody has made a mistake in lb2's own configuration, which is found when it is to reload."""
    nginxes = Nginxes(world, within="1s")
    nginxes.balancers.bring(at(Share(0), old, new))
    config = nginxes.machines["lb2"].config
    right = config.read_text()
    config.write_text(f"{right}\nno such directive;\n")
    with pytest.raises(BalancersRefused) as refused:
        nginxes.balancers.bring(at(QUARTER, old, new))
    assert set(refused.value.failures) == {"lb2"}
    assert (
        "it goes on with the old ones; `nginx -t` and its error log tell what is wrong" in refused.value.failures["lb2"]
    )
    assert refused.value.stuck == ()
    assert nginxes.balancers.read() == {"lb1": at(Share(0), old, new), "lb2": at(Share(0), old, new)}
    for name, machine in nginxes.machines.items():
        assert "split_clients" not in (machine.files / "web.conf").read_text()
        assert nginxes.visits(20, name) == {"old": 20}
    config.write_text(right)
    nginxes.balancers.bring(at(QUARTER, old, new))
    assert nginxes.balancers.read() == {"lb1": at(QUARTER, old, new), "lb2": at(QUARTER, old, new)}


def test_a_command_that_fails_is_told_in_its_own_words(world: World, old: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    (balancer,) = nginxes.app.nginxes
    how = balancer.reload.model_copy(update={"pid": None, "command": ("sh", "-c", "echo no nginx here; exit 3")})
    balancers = (balancer.model_copy(update={"reload": how}),)
    changed = balancers_of(APP, nginxes.app.model_copy(update={"balancers": balancers}))
    assert changed.force(live(old)) == {"lb1": "sh ended with 3: no nginx here"}


def test_a_command_can_have_it_reload(world: World, old: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    (balancer,) = nginxes.app.nginxes
    command = ("sh", "-c", f"kill -HUP $(cat {balancer.reload.pid})")
    how = balancer.reload.model_copy(update={"pid": None, "command": command})
    balancers = (balancer.model_copy(update={"reload": how}),)
    balancers_of(APP, nginxes.app.model_copy(update={"balancers": balancers})).bring(live(old))
    assert nginxes.visits(20) == {"old": 20}


def test_a_frozen_balancer_is_given_up_after_two_seconds(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world)
    nginxes.balancers.bring(at(Share(0), old, new))
    nginxes.machines["lb2"].freeze()
    with gevent.Timeout(6), pytest.raises(BalancersRefused) as refused:
        nginxes.balancers.bring(at(QUARTER, old, new))
    nginxes.machines["lb2"].thaw()
    assert refused.value.failures == {"lb2": "no answer within 2 s"}
    assert nginxes.balancers.read() == {"lb1": at(Share(0), old, new), "lb2": at(Share(0), old, new)}


def test_nothing_is_served_by_the_release_from_before_once_a_change_is_done(
    world: World, old: Server, new: Server
) -> None:
    """The old workers have let go of the public, too: each new connection gets what was brought, from the first on."""
    nginxes = Nginxes(world, ["lb1"])
    for _ in range(10):
        for share, version in ((ALL, "new"), (Share(0), "old")):
            nginxes.balancers.bring(at(share, old, new))
            assert nginxes.visits(10) == {version: 10}


def test_no_request_is_lost_through_deploys_and_aborts(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(live(old))
    old.takes = new.takes = 0.02
    committed = Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})})
    back = Traffic(Routing(Slot.GREEN, Slot.BLUE, QUARTER), both(old, new))
    with visitors(nginxes.get) as seen, coming_back(nginxes.machines["lb1"].public_url) as kept:
        for _ in range(3):
            for share in (Share(0), QUARTER, ALL):
                nginxes.balancers.bring(at(share, old, new))
            for wanted in (Traffic(Routing(Slot.GREEN), both(old, new)), committed, back, live(old)):
                nginxes.balancers.bring(wanted)
    assert [answer for answer in seen if isinstance(answer, OSError) or answer.status != 200] == []
    assert [answer for answer in kept if answer != 200] == []
    assert min(len(seen), len(kept)) > 100


def test_a_request_in_flight_is_finished_by_the_old_workers(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(Share(0), old, new))
    slow = gevent.spawn(nginxes.get, "lb1", "/slow")
    assert old.waiting.wait(5)
    committed = Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})})
    nginxes.balancers.bring(committed)
    assert nginxes.balancers.read() == {"lb1": committed}
    assert nginxes.visits(20) == {"new": 20}
    old.go.set()
    assert slow.get(timeout=5).text == "old"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_nginx_that_comes_back_goes_on_with_what_was_recorded(
    world: World, old: Server, new: Server, end: str
) -> None:
    nginxes = Nginxes(world, ["lb1"])
    machine = nginxes.machines["lb1"]
    nginxes.balancers.bring(at(ALL, old, new))
    getattr(machine, end)()
    machine.start()
    assert nginxes.visits(20) == {"new": 20}
    assert nginxes.balancers.read() == {"lb1": at(ALL, old, new)}
    nginxes.balancers.bring(at(QUARTER, old, new))
    assert nginxes.balancers.read() == {"lb1": at(QUARTER, old, new)}


def test_a_change_forced_on_a_stopped_nginx_is_what_it_starts_with(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(ALL, old, new))
    nginxes.machines["lb1"].stop()
    assert set(nginxes.balancers.force(live(old))) == {"lb1"}
    nginxes.machines["lb1"].start()
    assert nginxes.visits(20) == {"old": 20}
    assert nginxes.balancers.read() == {"lb1": live(old)}


def test_what_was_changed_by_hand_is_put_right(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    machine = nginxes.machines["lb1"]
    nginxes.balancers.bring(live(old))
    before = (machine.files / "web.conf").read_text()
    nginxes.balancers.bring(at(ALL, old, new))
    (machine.files / "web.conf").write_text(before)
    machine.reload()
    with gevent.Timeout(10):
        while nginxes.balancers.read() != {"lb1": live(old)}:
            gevent.sleep(0.02)
    nginxes.balancers.bring(at(ALL, old, new))
    assert nginxes.balancers.read() == {"lb1": at(ALL, old, new)}
    assert nginxes.visits(20) == {"new": 20}


def test_a_reload_by_somebody_else_changes_nothing_and_loses_nothing(world: World, old: Server, new: Server) -> None:
    nginxes = Nginxes(world, ["lb1"])
    nginxes.balancers.bring(at(ALL, old, new))
    with visitors(nginxes.get) as seen:
        for _ in range(5):
            nginxes.machines["lb1"].reload()
            assert nginxes.balancers.read() == {"lb1": at(ALL, old, new)}
            gevent.sleep(0.2)
    assert {answer if isinstance(answer, OSError) else answer.text for answer in seen} == {"new"}


@contextmanager
def coming_back(url: str, count: int = 4) -> Iterator[list[int | OSError]]:
    """Visitors who keep their connections, for as long as the block lasts. Yields the list of what they got.

    A kept connection may be closed at any time. Who sends a request on it just then, and gets no answer at all, sends
    it again on a new one (RFC 9112, section 9.3.1), as browsers do; a new one has to answer.
    """
    where = urlsplit(url)
    seen: list[int | OSError] = []
    leave = Event()

    def ask(connection: HTTPConnection) -> int:
        connection.request("GET", "/")
        with connection.getresponse() as response:
            response.read()
            return response.status

    def visit() -> None:
        connection = HTTPConnection(where.hostname or "", where.port, timeout=CLIENT_SECONDS)
        while not leave.wait(0.002):
            kept = connection.sock is not None
            try:
                seen.append(ask(connection))
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
                connection.close()
                if not kept:
                    seen.append(error)
        connection.close()

    coming = [gevent.spawn(visit) for _ in range(count)]
    try:
        yield seen
    finally:
        leave.set()
        gevent.joinall(coming, raise_error=True)
