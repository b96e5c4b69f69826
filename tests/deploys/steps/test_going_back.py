"""Shipping what master has had already: an earlier release, or master itself."""

from __future__ import annotations

from typing import Any

import pytest

from shippy.deploys.images import of_last_releases
from shippy.events import ImageResolved, Resolved
from shippy.model import Deploy, HostStep, Phase
from tests.world import KIM, World


def three_releases(**settings: Any) -> tuple[World, list[Deploy]]:
    """A world in which three deploys were live, one after the other."""
    world = World(**settings)
    return world, [world.make_live(f"branch-{number}") for number in range(3)]


def back_to(world: World, deploy: Deploy) -> Deploy:
    """Ship the commit of an earlier release, as somebody types it."""
    return world.ship(str(deploy.commit)[:8])


def test_an_earlier_release_is_shipped_and_merges_nothing() -> None:
    world, (first, *_) = three_releases()
    main = world.code.branches["master"]
    back = back_to(world, first)
    assert back.phase is Phase.VERIFYING
    done = world.commit()
    assert (done.phase, done.merged) == (Phase.COMMITTED, main)
    assert world.code.branches["master"] == main
    assert world.deploys.live("web").commit == first.commit


def test_how_far_it_goes_back_is_told_with_a_link_to_what_goes() -> None:
    world, (first, _, last) = three_releases()
    back_to(world, first)
    resolved = world.happened(Resolved)[-1]
    # The two commits since, and the merges that come before them.
    assert (resolved.behind, resolved.commits, resolved.contained) == (4, 0, True)
    assert f"{first.commit}...{last.commit}" in resolved.diff_url


def test_a_branch_with_nothing_of_its_own_is_refused_with_both_ways_out() -> None:
    world, (first, *_) = three_releases()
    world.code.branches["stale"] = str(first.commit)
    refused = world.ship("stale")
    assert refused.phase is Phase.REFUSED
    assert f"ship {first.commit:.8}" in refused.checks[-1].detail
    assert "git merge origin/master" in refused.checks[-1].detail


def test_a_commit_that_master_does_not_have_must_still_be_up_to_date() -> None:
    world, _ = three_releases()
    commit = world.green("feature-x")
    world.code.commit("master")
    refused = world.ship(commit[:8])
    assert refused.phase is Phase.REFUSED
    assert "to go back to it" not in refused.checks[-1].detail


def test_an_undone_rollback_opens_no_pull_request_and_leaves_nothing() -> None:
    """The merge that once brought the commit is older than the deploy that went back to it."""
    world, (first, _, last) = three_releases(traffic={"warm": "15m"})
    back_to(world, first)
    world.commit()
    undone = world.deploys.undo("web", KIM, "that was wrong as well")[1]
    assert world.deploys.live("web").commit == last.commit
    assert (undone.revert, undone.left) == (None, ())
    assert all(name != "revert" for name, _ in world.code.calls)


def test_after_an_undo_the_branch_that_has_it_taken_back_is_shipped_as_any_other() -> None:
    world, _ = three_releases(traffic={"warm": "15m"}, checks={"statuses": []})
    undone = world.deploys.undo("web", KIM, "the cart is empty")[1]
    assert undone.revert is not None
    world.code.merge(world.code.resolve(f"#{undone.revert.number}"), "master", "Merge the revert")
    world.deploys.waiting.open("production", KIM)
    shipped = world.ship("master")
    assert shipped.phase is Phase.VERIFYING
    assert (shipped.behind, shipped.contained) == (0, True)
    main = world.code.branches["master"]
    assert world.commit().merged == main
    assert world.code.branches["master"] == main


def test_without_the_registry_an_earlier_release_is_shipped_as_the_image_that_it_was() -> None:
    world, (first, *_) = three_releases()
    world.fleet.registry_down = "connection refused"
    for host in world.fleet.host.values():
        host.fail(HostStep.PULLING, "connection refused")
    back = back_to(world, first)
    assert back.phase is Phase.VERIFYING
    assert back.image == first.image
    assert world.happened(ImageResolved)[-1].recorded


def test_without_the_registry_what_was_never_live_is_refused() -> None:
    world, _ = three_releases()
    world.ship()
    world.abort()
    world.fleet.registry_down = "connection refused"
    refused = world.ship()
    assert refused.phase is Phase.REFUSED
    assert refused.reason == "the registry is not available: connection refused"


def test_an_image_that_the_registry_does_not_have_any_more_is_refused() -> None:
    """Somebody may have removed it for a reason."""
    world, (first, *_) = three_releases()
    assert first.image is not None
    world.fleet.missing.add(first.image.reference)
    assert back_to(world, first).phase is Phase.REFUSED


@pytest.mark.parametrize("images", [1, 2])
def test_without_the_registry_only_images_that_are_kept_are_shipped(images: int) -> None:
    world, deploys = three_releases(container={"images": images})
    newest_first = [deploy.image for deploy in reversed(deploys)]
    assert list(of_last_releases(world.site, world.journal)) == newest_first[:images]
    world.fleet.registry_down = "connection refused"
    assert back_to(world, deploys[0]).phase is Phase.REFUSED
