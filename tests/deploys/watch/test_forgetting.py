"""Which images stay on the hosts, and when the others go."""

from __future__ import annotations

import logging

import pytest

from shippy.deploys.watch.forgetting import FORGET_EVERY, Forgetting
from shippy.model import Deploy, HostStep, Image
from tests.world import KIM, World, in_background, result_of


def there(world: World) -> set[str]:
    """The digests of the images that any host has."""
    return {digest for host in world.fleet.host.values() for digest in host.images}


def digests(*deploys: Deploy) -> set[str]:
    return {deploy.image.digest for deploy in deploys if deploy.image}


def forget(world: World, forgetting: Forgetting | None = None) -> None:
    (forgetting or Forgetting(world.deploys)).look()


def test_the_images_of_the_last_live_releases_stay_and_the_others_go() -> None:
    world = World(container={"images": 2})
    _, second, third = [world.make_live(f"branch-{number}") for number in range(3)]
    aborted = world.ship()
    world.abort()
    assert digests(aborted) <= there(world)
    forget(world)
    assert there(world) == digests(second, third)


def test_a_release_that_was_live_twice_counts_once() -> None:
    world = World(container={"images": 2}, traffic={"warm": "15m"})
    first, second = (world.make_live(f"branch-{number}") for number in range(2))
    world.deploys.undo("web", KIM, "")
    forget(world)
    assert there(world) == digests(first, second)


def test_the_image_of_a_deploy_that_waits_for_a_person_stays() -> None:
    world = World(container={"images": 1})
    live = world.make_live()
    waiting = world.ship()
    forget(world)
    assert there(world) == digests(live, waiting)


def test_nothing_goes_while_a_deploy_is_at_work_and_it_is_made_up_for() -> None:
    world = World(container={"images": 1})
    old, live = (world.make_live(f"branch-{number}") for number in range(2))
    hold = world.fleet.host["web1"].hold(HostStep.PULLING)
    shipping = in_background(world.ship)
    assert hold.reached.wait(5)
    forgetting = Forgetting(world.deploys)
    forget(world, forgetting)
    assert digests(old) <= there(world)
    hold.release()
    result_of(shipping)
    forget(world, forgetting)
    assert there(world) == digests(live, world.deploys.recent(1)[0])


def test_a_journal_that_knows_of_no_release_removes_nothing() -> None:
    world = World()
    leftover = Image("registry.example.com/acme/web:old", "sha256:old")
    world.fleet.pull(leftover, lambda _: None)
    forget(world)
    assert there(world) == {"sha256:old"}
    world.make_live()
    forget(world)
    assert "sha256:old" not in there(world)


def test_it_is_done_once_an_hour() -> None:
    world = World()
    world.make_live()
    forgetting = Forgetting(world.deploys)
    for _ in range(3):
        forget(world, forgetting)
    assert [name for name, _ in world.fleet.calls].count("forget") == 1
    world.clock.advance(FORGET_EVERY.total_seconds())
    forget(world, forgetting)
    assert [name for name, _ in world.fleet.calls].count("forget") == 2


def test_a_host_that_does_not_answer_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    world = World(container={"images": 1})
    old, live = (world.make_live(f"branch-{number}") for number in range(2))
    world.fleet.host["web2"].reachable = False
    before = len(world.journal.entries)
    with caplog.at_level(logging.INFO):
        forget(world)
    assert digests(live) == set(world.fleet.host["web1"].images)
    assert digests(old, live) == set(world.fleet.host["web2"].images)
    assert "web2 keeps its old images of web: does not answer (connection refused)" in caplog.text
    assert len(world.journal.entries) == before
