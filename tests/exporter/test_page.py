"""The page of numbers, as Prometheus reads it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shippy.config.listening import MetricsSettings
from shippy.deploys.service import Deploys
from shippy.errors import Unavailable
from shippy.exporter import MetricsPage
from shippy.model import Budget, HostStep
from tests.world import KIM, World

# The config wants a port that can be told; here the system chooses one.
ANYWHERE = MetricsSettings.model_construct(listen="127.0.0.1:0")
BUDGET = Budget(4321, 5000, datetime(2026, 1, 2, tzinfo=UTC))
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


class Watched(World):
    """A world whose numbers are shown."""

    def __init__(self) -> None:
        super().__init__(min_hosts=2)
        self.budget: Budget | None = BUDGET
        self.page = MetricsPage(ANYWHERE, lambda: self.budget, lambda: [each.deploy for each in self.deploys.locks])
        self.deploys = Deploys({"web": self.site}, self.journal, self.clock, self.page.numbers)
        self.port = self.page.start()

    def samples(self) -> Samples:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        families = text_string_to_metric_families(text)
        return {
            (each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples
        }

    def sample(self, name: str, **labels: str) -> float | None:
        return self.samples().get((name, frozenset(labels.items())))


@pytest.fixture
def world() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.page.stop(1.0)


def test_deploys_are_counted_by_how_they_ended(world: Watched) -> None:
    world.ship()
    world.deploys.abort("web", KIM, "no")
    world.ship()
    world.commit()
    assert world.sample("shippy_deploys_total", app="web", outcome="aborted") == 1
    assert world.sample("shippy_deploys_total", app="web", outcome="committed") == 1
    assert world.sample("shippy_ready_seconds_count", app="web") == 2


def test_a_host_that_fails_is_counted(world: Watched) -> None:
    world.fleet.host["web2"].fail(HostStep.CHECKING, "it exited", 3)
    world.ship()
    assert world.sample("shippy_host_failures_total", app="web", host="web2") == 1


def test_the_share_of_a_running_deploy_is_what_it_is_now(world: Watched) -> None:
    world.make_live()
    world.ship()
    world.rollout(25)
    assert world.sample("shippy_candidate_share_ratio", app="web", phase="rolling") == 0.25
    world.deploys.abort("web", KIM, "no")
    assert world.sample("shippy_candidate_share_ratio", app="web", phase="rolling") is None


def test_githubs_budget_is_told_once_it_is_known(world: Watched) -> None:
    assert world.sample("shippy_github_requests_remaining") == 4321
    assert world.sample("shippy_github_requests_limit") == 5000
    assert world.sample("shippy_github_reset_timestamp_seconds") == BUDGET.until.timestamp()
    world.budget = None
    assert world.sample("shippy_github_requests_remaining") is None


def test_clients_that_say_nothing_keep_nobody_else_out(world: Watched) -> None:
    with closing(socket.create_connection(("127.0.0.1", world.port))) as silent:
        assert world.sample("shippy_github_requests_limit") == 5000
        silent.sendall(b"GET /metr")
        assert world.sample("shippy_github_requests_limit") == 5000


def test_an_address_that_is_taken_is_told(world: Watched) -> None:
    taken = MetricsSettings(listen=f"127.0.0.1:{world.port}")
    with pytest.raises(Unavailable, match="in use"):
        MetricsPage(taken, lambda: None, list).start()
