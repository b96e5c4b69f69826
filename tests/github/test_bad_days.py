"""A GitHub that fails, as whoever types a command sees it; and what needs no GitHub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.deploys.service import Deploys
from shippy.events import DeployRefused, MergeFailed
from shippy.github import GitHubRepository
from shippy.model import MergeRefusal, Phase, Routing, Share, Slot
from tests.commands.desk import Desk
from tests.github.served import Served
from tests.world import World

FAULTS = {
    "5xx": (Fault(Kind.ERROR, status=503), "it answers with an error of its own (503)"),
    "401": (Fault(Kind.UNAUTHORIZED), "the token is not accepted (401)"),
    "rate limit": (Fault(Kind.RATE_LIMITED, seconds=1200), "rate limited until "),
    "secondary limit": (Fault(Kind.SECONDARY, seconds=90), "rate limited until "),
    "cut connection": (Fault(Kind.DOWN), "the connection broke"),
    "no answer": (Fault(Kind.HANG, seconds=20), "no answer in time"),
}
MOST_SECONDS = 12.0
"""What a command may take whose GitHub gives each answer a second: it asks again once, or twice."""

numbers = count(1)


class Shop(World):
    """A world whose repository is on a real web server, with a green branch, and something that is live."""

    def __init__(self, hub: Hub, repository: GitHubRepository) -> None:
        super().__init__()
        self.make_live()
        self.hub = hub
        commit = hub.push_file("green", "a.txt", "a\n", "Add a")
        for context in self.site.settings.checks.statuses:
            hub.set_status(commit, context, "success")
        self.site = replace(self.site, code=repository)
        self.deploys = Deploys({"web": self.site}, self.journal, self.clock, self.listener)

    def fails(self, fault: Fault, path: str = "") -> None:
        self.hub.fault(replace(fault, path=path))


@pytest.fixture
def shop(served: Served) -> Iterator[Shop]:
    hub = served.repository(f"shop{next(numbers)}")
    with closing(served.connect(timeout=1)) as github:
        yield Shop(hub, GitHubRepository(github, hub.full_name))
    hub.clear_faults()


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


@pytest.fixture(params=list(FAULTS.values()), ids=list(FAULTS))
def fault(request: pytest.FixtureRequest) -> tuple[Fault, str]:
    kind, why = request.param
    return kind, why


def test_a_ship_says_why_and_takes_nothing(shop: Shop, desk: Desk, fault: tuple[Fault, str]) -> None:
    shop.fails(fault[0])
    began = time.monotonic()
    said = desk.says("ship green")
    assert f"GitHub is not available: {fault[1]}" in said
    assert time.monotonic() - began < MOST_SECONDS
    assert list(shop.deploys.locks) == []


def test_statuses_that_cannot_be_read_stop_a_ship_before_any_container(
    shop: Shop, desk: Desk, fault: tuple[Fault, str]
) -> None:
    shop.fails(fault[0], path="/status")
    touched = shop.deploys_on_hosts()
    desk.type("ship green")
    (refused,) = shop.happened(DeployRefused)
    assert "ci/build" in refused.reason
    assert "qa/sign-off" in refused.reason
    assert fault[1] in refused.reason
    assert shop.deploys_on_hosts() == touched
    assert list(shop.deploys.locks) == []


def test_checks_say_which_cannot_be_read_and_why(shop: Shop, desk: Desk, fault: tuple[Fault, str]) -> None:
    shop.fails(fault[0], path="/status")
    said = desk.says("checks green")
    assert said.count(fault[1]) == 2


def test_a_commit_keeps_lock_and_old_containers_and_can_be_asked_for_again(
    shop: Shop, desk: Desk, fault: tuple[Fault, str]
) -> None:
    desk.type("ship green")
    shop.fails(fault[0], path="/merges")
    desk.type("commit")
    (failed,) = shop.happened(MergeFailed)
    assert fault[1] in failed.reason
    (deploy,) = [session.deploy for session in shop.deploys.locks]
    assert deploy.phase is Phase.UNMERGED
    assert len(shop.deploys_on_hosts()) == 2
    shop.hub.clear_faults()
    desk.type("commit")
    assert shop.deploys.recent(1)[0].phase is Phase.COMMITTED
    assert shop.hub.contains("master", deploy.commit or "")


def test_a_commit_that_github_cannot_be_asked_about_moves_no_traffic(
    shop: Shop, desk: Desk, fault: tuple[Fault, str]
) -> None:
    desk.type("ship green")
    desk.type("rollout 25")
    before = shop.routings
    shop.fails(fault[0])
    assert fault[1] in desk.says("commit")
    assert shop.routings == before
    assert shop.deploys.recent(1)[0].phase is Phase.ROLLING
    shop.hub.clear_faults()
    desk.type("commit")
    assert shop.deploys.recent(1)[0].phase is Phase.COMMITTED


def test_a_rollout_and_an_abort_need_no_github(shop: Shop, desk: Desk, fault: tuple[Fault, str]) -> None:
    live = shop.deploys_on_hosts()
    desk.type("ship green")
    shop.fails(fault[0])
    before = len(shop.hub.calls())
    began = time.monotonic()
    desk.type("rollout 25")
    assert shop.routings == {Routing(Slot.GREEN, Slot.BLUE, Share.of_percent(25))}
    desk.type("abort")
    assert shop.routings == {Routing(Slot.GREEN)}
    assert shop.deploys_on_hosts() == live
    assert time.monotonic() - began < 1
    assert len(shop.hub.calls()) == before, "nothing was asked of GitHub"


def test_a_limit_is_told_with_the_time_at_which_it_is_over(shop: Shop, desk: Desk) -> None:
    shop.hub.set_budget(limit=100, used=100)
    said = desk.says("ship green")
    shop.hub.set_budget()
    assert "rate limited until " in said
    assert " UTC" in said
    desk.type("ship green")
    assert shop.deploys.recent(1)[0].phase is Phase.VERIFYING


def test_a_branch_that_was_deleted_before_a_ship_is_named(shop: Shop, desk: Desk) -> None:
    shop.hub.delete("green")
    assert 'there is no branch, pull request or commit "green"' in desk.says("ship green").lower()
    assert list(shop.deploys.locks) == []


@pytest.mark.parametrize("with_pull", [False, True])
def test_a_branch_that_was_deleted_meanwhile_is_merged_as_it_was_verified_or_its_refusal_told(
    shop: Shop, desk: Desk, *, with_pull: bool
) -> None:
    """Git still has the commit; but GitHub closes the pull request of a deleted branch, and does not merge it."""
    commit = shop.hub.head("green")
    if with_pull:
        shop.hub.open_pull("green", "Add a")
    desk.type("ship green")
    shop.hub.delete("green")
    desk.type("rollout 50")
    desk.type("commit")
    (deploy,) = shop.deploys.recent(1)
    assert deploy.phase is (Phase.UNMERGED if with_pull else Phase.COMMITTED)
    assert shop.hub.contains("master", commit) is not with_pull
    if with_pull:
        assert deploy.refusal is MergeRefusal.CONFLICT
        assert "the pull request is closed (Pull Request is not mergeable)" in deploy.reason
        desk.type("abort")
        assert shop.deploys.recent(1)[0].phase is Phase.ABORTED
