"""A ship whose image has to say of which commit it was built: it waits for one host's pull, and no further."""

from __future__ import annotations

from shippy.events import ChecksReported, Preparing
from shippy.model import HostStep, Phase, Verdict
from tests.world import World, in_background, result_of

LABEL = "org.opencontainers.image.revision"


def labelled(commit: str | None = None) -> World:
    """The green branch's image says that it was built of this commit; None: of its own."""
    world = World(checks={"statuses": ["ci/build"], "image_label": LABEL})
    head = world.code.branches["feature-x"]
    world.fleet.label(f"registry.example.com/acme/web:{head}", **{LABEL: commit or head})
    return world


def verdict(world: World) -> Verdict:
    reported: ChecksReported = world.happened(ChecksReported)[-1]
    (found,) = (result.verdict for result in reported.results if result.name == "image")
    return found


def test_an_image_of_the_commit_is_shipped_once_the_first_host_has_it() -> None:
    world = labelled()
    slow = [world.fleet.host[name].hold(HostStep.PULLING) for name in ("web2", "web3")]
    shipping = in_background(world.ship)
    for hold in slow:
        assert hold.reached.wait(5)
    checked = in_background(lambda: eventually_checked(world))
    assert result_of(checked) is Verdict.PASSED
    for hold in slow:
        hold.release()
    assert result_of(shipping).phase is Phase.VERIFYING


def eventually_checked(world: World) -> Verdict:
    while not world.happened(ChecksReported):
        world.clock.sleep(0.1)
    return verdict(world)


def test_an_image_of_another_commit_is_refused_and_no_container_is_touched() -> None:
    world = labelled("0123456789" * 4)
    assert world.ship().phase is Phase.REFUSED
    assert verdict(world) is Verdict.FAILED
    assert not world.happened(Preparing)
    assert world.deploys_on_hosts() == set()


def test_an_image_that_no_host_can_pull_is_no_verdict() -> None:
    world = labelled()
    for host in world.fleet.host.values():
        host.fail(HostStep.PULLING, "no space left on device")
    assert world.ship().phase is Phase.REFUSED
    assert verdict(world) is Verdict.UNREADABLE


def test_an_image_that_is_not_there_is_looked_for_again_by_whoever_waits() -> None:
    world = labelled()
    (reference,) = world.fleet.host["web1"].labels
    world.fleet.missing.add(reference)
    assert world.ship().phase is Phase.REFUSED
    assert verdict(world) is Verdict.PENDING
    assert world.fleet.calls.count(("resolve", reference)) == 2
