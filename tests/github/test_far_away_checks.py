"""GitHub answers each request 200 ms late: what the checks of a pull request say of it, and the ways past them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from playground.github.client import Hub
from shippy.checks import run_checks
from shippy.deploys.steps import approving
from shippy.deploys.steps.checking import subject_of
from shippy.deploys.watch.pinned import PinnedWatch
from shippy.errors import ApprovalMissing, ShippyError
from shippy.events import HeadMoved, MainMoved
from shippy.model import ALL, CheckResult, Level, Phase, Verdict
from tests.github.served import Served
from tests.github.shipping import CONTEXT, SOMEWHERE, far_away, green, shipping
from tests.world import DANA, KIM, World

NUMBERS = count(1)


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository(f"shop-{next(NUMBERS)}")
    with far_away(hub):
        yield hub


def checked(world: World, ref: str = "feature-x") -> dict[str, CheckResult]:
    """What the checks say of a ref now, by their names."""
    revision = world.site.code.resolve(ref)
    return {result.name: result for result in run_checks(subject_of(world.site, revision, DANA, world.clock))}


def verdicts(world: World, ref: str = "feature-x") -> dict[str, Verdict]:
    return {name: result.verdict for name, result in checked(world, ref).items()}


def test_approvals_are_missing_given_and_outweighed_by_changes_requested(served: Served, hub: Hub) -> None:
    green(hub, "feature-x")
    number = hub.open_pull("feature-x", "A change")
    mia, noah = (Hub(hub.url, hub.full_name, login=login) for login in ("mia", "noah"))
    with shipping(served, hub, checks={"statuses": [CONTEXT], "approvals": {"needed": 1}}) as world:
        assert verdicts(world)["approvals"] is Verdict.PENDING
        mia.review(number)
        assert verdicts(world)["approvals"] is Verdict.PASSED
        noah.review(number, "REQUEST_CHANGES")
        assert verdicts(world)["approvals"] is Verdict.FAILED


def test_a_conflict_is_seen_before_anything_is_merged(served: Served, hub: Hub) -> None:
    green(hub, "feature-x", "README.md")
    hub.open_pull("feature-x", "A change")
    with shipping(served, hub, checks={"statuses": [], "up_to_date": False, "mergeable": True}) as world:
        assert verdicts(world)["mergeable"] is Verdict.PASSED
        hub.push_file("master", "README.md", "Another line.\n", "Say something else")
        assert verdicts(world)["mergeable"] is Verdict.FAILED


def test_the_pull_requests_own_base_counts_as_well(served: Served, hub: Hub) -> None:
    hub.move("feature-x", green(hub, "base"))
    green(hub, "feature-x", "b.txt")
    hub.open_pull("feature-x", "On top of another", base="base")
    with shipping(served, hub) as world:
        assert Verdict.FAILED not in verdicts(world).values()
        hub.push_file("base", "c.txt", "c", "Go on")
        assert Verdict.FAILED in verdicts(world).values()


def test_files_and_the_size_of_a_change_ask_for_what_the_config_says(served: Served, hub: Hub) -> None:
    green(hub, "feature-x", "migrations/7.sql")
    hub.push_file("feature-x", "d.txt", "d", "Another")
    hub.open_pull("feature-x", "A change")
    rules = {"statuses": [], "size": 1, "paths": {"migrations": {"files": ["migrations/**"], "approved_by": ["mia"]}}}
    with shipping(served, hub, checks=rules) as world:
        found = checked(world)
        assert found["paths/migrations"].verdict is Verdict.PENDING
        assert (found["size"].level, found["size"].passed) == (Level.ADVICE, False)


def test_a_skippable_check_is_skipped_with_a_reason_and_a_required_one_never(served: Served, hub: Hub) -> None:
    hub.push_file("feature-x", "a.txt", "a", "Add a")
    for level, phase in (("required", Phase.REFUSED), ("skippable", Phase.VERIFYING)):
        with shipping(served, hub, checks={"statuses": [CONTEXT], "levels": {CONTEXT: level}}) as world:
            shipped = world.deploys.ship("web", "feature-x", DANA, SOMEWHERE, override="the shop is down")[1]
            assert shipped.phase is phase


def test_a_second_person_approves_what_touches_the_migrations(served: Served, hub: Hub) -> None:
    with shipping(served, hub, approval={"paths": ["migrations/**"]}) as world:
        green(hub, "one", "a.txt")
        world.ship("one")
        approving.approve(world.deploys, "web", KIM, "kim")
        world.commit()
        green(hub, "feature-x", "migrations/7.sql")
        world.ship()
        with pytest.raises(ApprovalMissing):
            world.rollout(5)
        approving.approve(world.deploys, "web", KIM, "kim")
        assert world.rollout(5).phase is Phase.ROLLING


def test_what_moves_on_meanwhile_is_told_and_what_was_not_verified_is_not_merged(served: Served, hub: Hub) -> None:
    green(hub, "feature-x")
    hub.open_pull("feature-x", "A change")
    with shipping(served, hub) as world:
        world.ship()
        hub.push_file("feature-x", "later.txt", "later", "Push later")
        hub.push_file("master", "other.txt", "other", "Move on")
        PinnedWatch(world.deploys).look(world.site)
        assert world.happened(HeadMoved)
        assert world.happened(MainMoved)
        share = world.deploys.recent(1)[0].share
        with pytest.raises(ShippyError):
            world.commit()
        stopped = world.deploys.recent(1)[0]
        assert (stopped.merged, stopped.share) == (None, share)
        assert share != ALL
