"""The work on each host: side by side, however many there are, and with room for everybody else."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import gevent
import pytest
from gevent.event import Event

from shippy.backend.many import AT_ONCE, Turns, on_each
from shippy.errors import HostFailed
from shippy.model import HostStep


@dataclass(frozen=True)
class Named:
    name: str


def hosts(count: int) -> list[Named]:
    return [Named(f"web{number}") for number in range(count)]


def failing(host: Named) -> str:
    if host.name == "web1":
        raise HostFailed(host.name, HostStep.CONNECTING, "does not answer")
    return host.name


def test_every_host_has_its_outcome_in_the_hosts_order_and_a_failure_is_one() -> None:
    finished: list[object] = []
    outcomes = on_each(hosts(3), failing, finished.append)
    assert list(outcomes) == ["web0", "web1", "web2"]
    assert (outcomes["web0"], outcomes["web2"]) == ("web0", "web2")
    assert outcomes["web1"] == HostFailed("web1", HostStep.CONNECTING, "does not answer")
    assert len(finished) == 3


def test_no_hosts_are_no_work() -> None:
    assert on_each([], failing) == {}


def test_all_hosts_are_worked_on_at_the_same_time() -> None:
    count = 5 * AT_ONCE
    begun: list[str] = []
    all_there = Event()

    def meet(host: Named) -> bool:
        begun.append(host.name)
        if len(begun) == count:
            all_there.set()
        return all_there.wait(5)

    assert set(on_each(hosts(count), meet).values()) == {True}


def test_whoever_hears_something_meanwhile_has_a_turn_before_all_hosts_have_begun() -> None:
    begun: list[str] = []
    seen: list[int] = []
    near, far = socket.socketpair()

    def listen() -> None:
        near.recv(1)
        seen.append(len(begun))

    def work(host: Named) -> None:
        begun.append(host.name)
        if len(begun) == 1:
            far.send(b"x")

    with near, far:
        listening = gevent.spawn(listen)
        on_each(hosts(50 * AT_ONCE), work)
        listening.join(timeout=5)
    assert seen[0] <= 3 * AT_ONCE


def test_those_who_go_on_at_the_same_moment_do_so_a_few_at_a_time() -> None:
    turns = Turns()
    gone: list[int] = []
    seen: list[int] = []
    near, far = socket.socketpair()

    def listen() -> None:
        near.recv(1)
        seen.append(len(gone))

    def go(number: int) -> None:
        turns.take()
        gone.append(number)
        if number == 2 * AT_ONCE:
            far.send(b"x")

    with near, far:
        listening = gevent.spawn(listen)
        gevent.joinall([gevent.spawn(go, number) for number in range(50 * AT_ONCE)], timeout=5)
        listening.join(timeout=5)
    assert len(gone) == 50 * AT_ONCE
    assert seen[0] <= 4 * AT_ONCE


def test_those_who_are_killed_while_they_wait_hold_up_nobody() -> None:
    turns = Turns()
    waiting = [gevent.spawn(turns.take) for _ in range(5 * AT_ONCE)]
    gevent.sleep(0)
    gevent.killall(waiting[:-1])
    waiting[-1].get(timeout=5)


def test_a_bug_on_a_host_ends_the_work_on_all(capsys: pytest.CaptureFixture[str]) -> None:
    ended: list[str] = []

    def work(host: Named) -> None:
        if host.name == "web1":
            raise ZeroDivisionError("a bug")
        try:
            gevent.sleep(10)
        finally:
            ended.append(host.name)

    with pytest.raises(ZeroDivisionError, match="a bug"):
        on_each(hosts(3), work)
    assert sorted(ended) == ["web0", "web2"]
    assert "a bug" in capsys.readouterr().err


def test_who_is_killed_meanwhile_ends_the_work_on_all_hosts_and_begins_it_on_no_other() -> None:
    begun: list[str] = []
    ended: list[str] = []
    some = Event()

    def work(host: Named) -> None:
        begun.append(host.name)
        some.set()
        try:
            gevent.sleep(10)
        finally:
            ended.append(host.name)

    working = gevent.spawn(on_each, hosts(10 * AT_ONCE), work)
    assert some.wait(5)
    working.kill(timeout=5)
    assert working.dead
    before = len(begun)
    gevent.idle()
    assert len(begun) == before
    assert sorted(ended) == sorted(begun)
