"""Whole deploys, and what GitHub shows of them meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.deploys import state
from shippy.deploys.service import Deploys
from shippy.github import GitHubRepository
from shippy.github.connecting import Client
from shippy.github.showing import OnGitHub, Surroundings
from shippy.github.showing.view import Pace
from shippy.model import Phase
from tests.fakes.clock import WallClock
from tests.github.served import Served
from tests.github.showing.seen import Seen, looking, parts_of, settled
from tests.waiting import eventually
from tests.world import DANA, World

numbers = count(1)


class Shop(World):
    """A world whose repository is on a real web server, which shows its deploys."""

    def __init__(self, hub: Hub, client: Client, seen: Seen) -> None:
        super().__init__(WallClock(), traffic={"warm": "1h", "drain": "0s"})
        self.hub = hub
        self.site = replace(self.site, code=GitHubRepository(client, hub.full_name))
        self.seen = seen
        self._repository = client.get_repo(hub.full_name)
        self.listen()

    def listen(self) -> None:
        """A daemon that has just been started."""
        self.on_github = OnGitHub(
            Surroundings(
                {"web": lambda: parts_of(self._repository)},
                lambda app: self.deploys.live(app).deploy,
                lambda deploy: state.folded(self.journal.of_deploy(deploy)),
                lambda _: None,
                Pace(between=0.0, first=0.05, most=0.1),
            )
        )
        self.deploys = Deploys({"web": self.site}, self.journal, self.clock, self.on_github)

    def pull(self, branch: str, *, green: bool = True) -> int:
        commit = self.hub.push_file(branch, f"{branch}.txt", "a\n", "Add a")
        for context in self.site.settings.checks.statuses:
            self.hub.set_status(commit, context, "success" if green else "failure")
        return self.hub.open_pull(branch, branch)


@pytest.fixture
def shop(served: Served) -> Iterator[Shop]:
    hub = served.repository(f"shop{next(numbers)}")
    with closing(served.connect(timeout=1)) as client, looking(served, hub) as seen:
        shop = Shop(hub, client, seen)
        yield shop
        shop.on_github.stop(0.0)
    hub.clear_faults()


def test_a_deploy_that_was_shipped_rolled_out_and_committed(shop: Shop) -> None:
    number = shop.pull("topic")
    shop.ship("topic")
    shop.rollout(25)
    shop.commit()
    settled(shop.on_github)
    assert shop.seen.states()[-1] == "success"
    assert set(shop.seen.states()[:-1]) <= {"in_progress"}
    (comment,) = shop.seen.comments(number)
    assert "**Live**" in comment


def test_what_the_checks_refuse_is_not_shown(shop: Shop) -> None:
    number = shop.pull("topic", green=False)
    assert shop.ship("topic").phase is Phase.REFUSED
    settled(shop.on_github)
    assert shop.seen.deployments == []
    assert shop.seen.comments(number) == []


def test_a_second_release_and_its_undo_tell_which_one_is_live(shop: Shop) -> None:
    numbers = [shop.pull("first")]
    shop.ship("first")
    shop.commit()
    settled(shop.on_github)
    shop.listen()
    numbers.append(shop.pull("second"))
    shop.ship("second")
    shop.commit()
    assert eventually(lambda: shop.seen.states(0)[-1] == "inactive", 20.0)
    assert shop.seen.states(1)[-1] == "success"
    shop.deploys.undo("web", DANA, "too slow")
    assert eventually(lambda: shop.seen.states(0)[-1] == "success", 20.0)
    assert shop.seen.states(1)[-1] == "inactive"
    assert ["**Live**" in shop.seen.comments(number)[0] for number in numbers] == [True, False]


def test_a_github_that_is_down_holds_up_no_deploy_and_is_brought_up_to_date(shop: Shop) -> None:
    number = shop.pull("topic")
    shop.hub.fault(Fault(Kind.HANG, path="/(deployments|comments)", seconds=30.0))
    began = time.monotonic()
    shop.ship("topic")
    shop.rollout(25)
    assert time.monotonic() - began < 8.0
    shop.hub.clear_faults()
    settled(shop.on_github)
    assert shop.seen.descriptions()[-1] == "25 % of the visitors get it"
    assert len(shop.seen.deployments) == len(shop.seen.comments(number)) == 1


def test_a_deploy_that_ended_while_no_daemon_showed_it_is_brought_up_to_date(shop: Shop) -> None:
    number = shop.pull("topic")
    shop.ship("topic")
    settled(shop.on_github)
    aborted = shop.abort()
    shop.listen()
    shop.on_github.adopt(aborted, shop.clock.now())
    settled(shop.on_github)
    assert shop.seen.states()[-1] == "inactive"
    (comment,) = shop.seen.comments(number)
    assert "**Aborted**" in comment
