"""What a real HAProxy counts: the facts that the comparison of two releases stands on."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import gevent
import pytest

from playground.machine.world import World
from shippy.judging.averages import mean_between
from shippy.model import ALL, NONE, Counts, Endpoint, Routing, Share, Slot, SlotCounts, Traffic
from tests.integration.haproxies import CLIENT_SECONDS, HAProxies, Server, at


def counts(haproxies: HAProxies) -> SlotCounts:
    counted = haproxies.balancers.counts()["lb1"]
    assert not isinstance(counted, Exception)
    return counted


def test_answers_are_counted_in_the_slot_that_gave_them(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world)
    haproxies.balancers.bring(at(Share.of_percent(50), old, new))
    seen = haproxies.visits(100)
    assert {slot: of.requests for slot, of in counts(haproxies).items()} == {
        Slot.BLUE: seen["old"],
        Slot.GREEN: seen["new"],
    }
    assert haproxies.balancers.counts()["lb2"] == dict.fromkeys(Slot, Counts())


def test_those_who_verify_are_counted_with_the_candidate(world: World, old: Server, new: Server) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(NONE, old, new))
    haproxies.verify()
    assert counts(haproxies)[Slot.GREEN].requests == 1


def test_an_answer_of_haproxys_own_is_an_error_that_no_container_answered(world: World) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.force(Traffic(Routing(Slot.BLUE)))
    assert haproxies.get().status == 503
    assert counts(haproxies)[Slot.BLUE] == Counts(1, 1, 1, 0.0)


def test_an_answer_that_breaks_off_is_unreachable(world: World) -> None:
    with _half_an_answer(HAProxies(world, ["lb1"])) as half:
        half.container.close()
        assert half.visitor.recv(1000) == b""
        assert half.counted() == (1, 0, 1)


def test_a_visitor_who_leaves_in_the_middle_of_an_answer_is_nobodys_fault(world: World) -> None:
    with _half_an_answer(HAProxies(world, ["lb1"])) as half:
        half.visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        half.visitor.close()
        half.container.sendall(b"y" * 40)
        assert half.counted() == (1, 0, 0)


@dataclass(frozen=True)
class Half:
    """A request whose answer has begun, and the two ends of it."""

    haproxies: HAProxies
    visitor: socket.socket
    container: socket.socket

    def counted(self) -> tuple[int, int, int]:
        """The requests that have ended, and how, as soon as one has."""
        with gevent.Timeout(CLIENT_SECONDS):
            while not (counted := counts(self.haproxies)[Slot.GREEN]).requests:
                gevent.sleep(0.01)
        return counted.requests, counted.errors, counted.unreachable


@contextmanager
def _half_an_answer(haproxies: HAProxies) -> Iterator[Half]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        where = Endpoint("web-1", "127.0.0.1", server.getsockname()[1])
        haproxies.balancers.force(Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({where})}))
        public = ("127.0.0.1", haproxies.machines["lb1"].ports.public)
        with closing(socket.create_connection(public, timeout=CLIENT_SECONDS)) as visitor:
            visitor.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            with closing(_asked(server)) as container:
                container.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
                while not visitor.recv(1000).endswith(b"x"):
                    pass
                yield Half(haproxies, visitor, container)


def _asked(server: socket.socket) -> socket.socket:
    """The connection that the request comes over. Until then those of HAProxy's checks stay open: one that is closed
    has failed, and nothing is sent to a server whose first check has."""
    server.settimeout(CLIENT_SECONDS)
    with ExitStack() as checks:
        while True:
            link, _ = server.accept()
            link.settimeout(CLIENT_SECONDS)
            if link.recv(1000).startswith(b"POST"):
                return link
            checks.enter_context(link)


@pytest.mark.parametrize("answers", [100, 700])
def test_what_answers_took_is_reckoned_from_the_sliding_average(
    world: World, old: Server, new: Server, answers: int
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    haproxies.balancers.bring(at(ALL, old, new))
    haproxies.visits(answers)
    before = counts(haproxies)[Slot.GREEN]
    new.takes = 0.02
    haproxies.visits(64)
    mean = mean_between(before, counts(haproxies)[Slot.GREEN])
    assert mean.answers == 64
    assert mean.ms == pytest.approx(24, abs=12)
