"""GitHub answers each request 200 ms late: nothing runs out of time, and each verdict is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from playground.github.client import Hub
from shippy.errors import ClosedPull, FromFork, UnknownRef
from shippy.model import Deploy, Phase, Verdict
from tests.github.served import Served
from tests.github.shipping import CONTEXT, far_away, green, shipping
from tests.world import KIM, World

NUMBERS = count(1)


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"web-{next(NUMBERS)}")
    with far_away(hub):
        yield hub


def verdicts(deploy: Deploy) -> dict[str, Verdict]:
    return {result.name: result.verdict for result in deploy.checks}


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_pull_request_is_shipped_and_merged_in_each_way(served: Served, hub: Hub, method: str) -> None:
    commit = green(hub, "feature-x")
    number = hub.open_pull("feature-x", "A change")
    with shipping(served, hub, merge={"method": method, "delete_branch": True}) as world:
        shipped = world.ship(f"#{number}")
        assert (shipped.phase, shipped.commit) == (Phase.VERIFYING, commit)
        assert set(verdicts(shipped).values()) == {Verdict.PASSED}
        done = world.commit()
        assert (done.phase, done.merged) == (Phase.COMMITTED, hub.head("master"))
    assert hub.pull(number)["merged"]
    assert "feature-x" not in hub.branches()


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("pending", Verdict.PENDING), ("failure", Verdict.FAILED), ("error", Verdict.FAILED), (None, Verdict.PENDING)],
)
def test_a_status_that_is_not_green_is_told_as_what_it_is(
    served: Served, hub: Hub, state: str | None, verdict: Verdict
) -> None:
    commit = hub.push_file("feature-x", "a.txt", "a", "Add a")
    if state:
        hub.set_status(commit, CONTEXT, state)
    with shipping(served, hub) as world:
        refused = world.ship()
        assert refused.phase is Phase.REFUSED
        assert verdicts(refused) == {CONTEXT: verdict, "up to date": Verdict.PASSED}


def test_a_branch_that_is_behind_fails_and_a_conflict_is_refused_at_the_merge(served: Served, hub: Hub) -> None:
    green(hub, "feature-x", "README.md")
    hub.push_file("master", "README.md", "Another line.\n", "Say something else")
    with shipping(served, hub) as world:
        assert verdicts(world.ship())["up to date"] is Verdict.FAILED
    with shipping(served, hub, checks={"statuses": [CONTEXT], "up_to_date": False}) as world:
        world.ship()
        assert world.commit().phase is Phase.UNMERGED
        assert world.abort().phase is Phase.ABORTED


def test_what_the_protection_asks_for_is_waited_for_and_passes_at_last(served: Served, hub: Hub) -> None:
    commit = green(hub, "feature-x")
    hub.protect("master", CONTEXT, "ci/tests")
    with shipping(served, hub, checks={"statuses": "protected"}) as world:
        found = verdicts(world.ship())
        assert (found[CONTEXT], found["ci/tests"]) == (Verdict.PASSED, Verdict.PENDING)
        hub.report_check(commit, "ci/tests", "success")
        assert world.ship().phase is Phase.VERIFYING


def test_an_earlier_release_and_master_are_shipped_again(served: Served, hub: Hub) -> None:
    with shipping(served, hub) as world:
        first = live(world, hub, "one")
        second = live(world, hub, "two")
        back = world.ship(first[:8])
        assert (back.phase, back.commit, back.contained) == (Phase.VERIFYING, first, True)
        world.commit()
        main = hub.head("master")
        hub.set_status(main, CONTEXT, "success")
        again = world.ship("master")
        assert (again.phase, again.commit) == (Phase.VERIFYING, main)
        assert hub.contains("master", second)


def test_an_undo_opens_the_pull_request_that_takes_it_back(served: Served, hub: Hub) -> None:
    with shipping(served, hub, traffic={"warm": "15m"}) as world:
        live(world, hub, "one")
        live(world, hub, "two")
        undone = world.deploys.undo("web", KIM, "the cart is empty")[1]
        assert undone.revert is not None
        assert hub.pull(undone.revert.number)["state"] == "open"


def test_a_fork_a_closed_pull_request_and_a_name_of_nothing_are_refused(served: Served, hub: Hub) -> None:
    hub.fork("mallory").push_file("patch", "b.txt", "b", "Add b")
    number = hub.open_pull("mallory:patch", "From outside")
    green(hub, "feature-x")
    merged = hub.open_pull("feature-x", "A change")
    hub.merge(merged)
    refusals: list[tuple[str, type[Exception]]] = [
        (f"#{number}", FromFork), ("mallory:patch", FromFork), (f"#{merged}", ClosedPull), ("feature-z", UnknownRef),
    ]  # fmt: skip
    with shipping(served, hub) as world:
        for ref, refusal in refusals:
            with pytest.raises(refusal):
                world.ship(ref)
        assert world.journal.events == []


def live(world: World, hub: Hub, branch: str) -> str:
    """Ship and commit a new branch; returns its commit."""
    commit = green(hub, branch, f"{branch}.txt")
    hub.open_pull(branch, f"Change {branch}")
    world.ship(branch)
    assert world.commit().phase is Phase.COMMITTED
    return commit
