"""Visitors as a process, at sites that answer as the test says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from playground.machine.process import ProcessFailed
from playground.machine.server import start_server
from playground.machine.topology import free_port
from playground.visitors.client import Visitors
from tests.playground.visitors.site import Site, running

Go = Callable[..., Visitors]


@pytest.fixture
def one() -> Iterator[Site]:
    with running("one") as site:
        yield site


@pytest.fixture
def other() -> Iterator[Site]:
    with running("other") as site:
        yield site


@pytest.fixture
def go() -> Iterator[Go]:
    with ExitStack() as started:

        def visitors(*urls: str, more: tuple[str, ...] = ()) -> Visitors:
            balancers = [part for url in urls for part in ("--balancer", url)]
            server = started.enter_context(start_server("playground.visitors", *balancers, *more))
            client = Visitors(server.url)
            started.callback(client.close)
            return client

        yield visitors


def test_visits_are_counted_by_version_and_balancer_at_the_rate_asked_for(go: Go, one: Site, other: Site) -> None:
    visitors = go(one.url, other.url, more=("--rate", "100"))
    begun = time.monotonic()
    window = visitors.wait_for(60)
    assert time.monotonic() - begun > 0.4
    assert window.failed == 0
    assert window.percent("one") == pytest.approx(50, abs=2)
    assert window.balancers[one.url] == {"one": window.versions["one"]}
    assert window.percent("one", balancer=other.url) == 0


def test_visitors_come_again_with_the_cookie_they_were_given(go: Go, one: Site) -> None:
    visitors = go(one.url, more=("--rate", "100", "--visitors", "3"))
    visitors.wait_for(12)
    assert set(one.cookies) == {"v1", "v2", "v3"}
    assert visitors.total().visitors == {"one": 3}


def test_a_visitor_who_gets_another_version_is_noticed(go: Go, one: Site) -> None:
    visitors = go(one.url, more=("--rate", "100", "--visitors", "2"))
    visitors.wait_for(4)
    assert visitors.window().changes == 0
    one.version = "two"
    visitors.wait_for(visitors.window().requests + 4)
    assert visitors.total().changes == 2
    assert visitors.total().visitors == {"two": 2}


def test_a_new_window_counts_nothing_of_what_was_asked_before(go: Go, one: Site) -> None:
    visitors = go(one.url, more=("--rate", "50", "--visitors", "2"))
    visitors.wait_for(2)
    one.go.clear()
    while len(one.hosts) < visitors.total().requests + 2:
        time.sleep(0.01)
    one.version = "two"
    visitors.mark()
    one.go.set()
    window = visitors.wait_for(4)
    assert window.versions == {"two": window.requests}
    assert window.changes == 0


def test_failures_are_counted_with_their_reasons(go: Go, one: Site) -> None:
    one.status = "503 Service Unavailable"
    nobody = f"http://127.0.0.1:{free_port()}/"
    visitors = go(one.url, nobody)
    sample = visitors.sample(20)
    assert sample.failures["page: status 503"] == 10
    assert sum(count for reason, count in sample.failures.items() if reason.startswith("page: cannot connect")) == 10
    assert sample.versions == {"one": 10}
    assert {failure.version for failure in sample.recent_failures if failure.balancer == one.url} == {"one"}


def test_an_answer_that_does_not_come_is_a_failure(go: Go, one: Site) -> None:
    one.go.clear()
    visitors = go(one.url, more=("--timeout", "0.2"))
    assert visitors.sample(2).failures == {"page: no answer in 0.2 s": 2}


def test_a_sample_is_of_new_visitors_and_counted_apart(go: Go, one: Site) -> None:
    visitors = go(one.url, more=("--rate", "0.001"))
    visitors.wait_for(1)
    sample = visitors.sample(50)
    assert sample.requests == 50
    assert one.cookies == []
    assert visitors.total().requests == 1


def test_a_sample_has_a_limit(go: Go, one: Site) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        go(one.url).sample(1_000_000)


def test_the_host_header_can_be_that_of_the_site(go: Go, one: Site) -> None:
    go(one.url, more=("--host", "www.example.com")).sample(1)
    assert "www.example.com" in one.hosts


def test_visitors_stop_by_themselves(go: Go, one: Site) -> None:
    visitors = go(one.url, more=("--rate", "100", "--stop-after", "0.2"))
    deadline = time.monotonic() + 10
    while visitors.running():
        assert time.monotonic() < deadline
    assert 0 < visitors.total().requests < 30


@pytest.mark.parametrize("url", ["http://192.168.0.1/", "http://example.com/", "https://127.0.0.1/", "nonsense"])
def test_visitors_go_nowhere_else(url: str) -> None:
    with pytest.raises(ProcessFailed, match="visitors go to"):
        start_server("playground.visitors", "--balancer", url)
