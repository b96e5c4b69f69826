"""A deploy that an older shippy has begun is taken over by this one, whichever its last entry was."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import gevent
import pytest

from shippy.deploys.recovery import recover
from shippy.events import Connecting, Entry, Merged
from shippy.journal import open_journal
from shippy.journal.codec import decode
from shippy.model import Deploy, Phase, Routing, Share, Slot
from tests.fakes.clock import NOON
from tests.journal.versions import FILES, LIVE, SECOND, lay
from tests.world import World

ENTRIES_OF_SECOND = 25
ABORTING = f'{{"deploy":"{SECOND}","app":"web","by":{{"id":"U1","name":"dana","local":false}},"reason":""}}'

older = pytest.mark.parametrize("version", FILES, ids=lambda file: file.stem)


def begun(version: Path, folder: Path, entries: int) -> World:
    """The world in which the older shippy died after so many entries of its second deploy."""
    world = World()
    live = world.make_live()
    at_rest = world.balancers.traffic
    names = {live.id: LIVE, world.ship().id: SECOND}
    for host in world.fleet.host.values():
        host.containers = {one.id: replace(one, deploy=names[one.deploy]) for one in host.containers.values()}
    with closing(open_journal(lay(version, folder))) as journal:
        first, second = journal.of_deploy(LIVE), journal.of_deploy(SECOND)
    assert len(second) == ENTRIES_OF_SECOND
    if not any(isinstance(entry.event, Connecting) for entry in second[:entries]):
        world.balancers.traffic = at_rest
    world.journal.entries = [*first, *second[:entries]]
    return world


def taken_over(world: World) -> Deploy:
    gevent.joinall(recover(world.restarted()), raise_error=True)
    return world.deploys.recent(1)[0]


@older
@pytest.mark.parametrize("entries", range(1, ENTRIES_OF_SECOND))
def test_a_deploy_of_an_older_version_is_finished_or_taken_back(version: Path, tmp_path: Path, entries: int) -> None:
    world = begun(version, tmp_path, entries)
    deploy = taken_over(world)
    if not deploy.phase.ended:
        assert deploy.phase in {Phase.VERIFYING, Phase.ROLLING, Phase.UNMERGED}
        assert world.routings == {Routing(Slot.GREEN, Slot.BLUE, deploy.share)}
        assert world.rollout(50).share == Share.of_percent(50)
        assert world.commit().phase is Phase.COMMITTED
    live = world.deploys.live("web")
    # A deploy that was refused had not touched any container; this world had them already.
    if world.deploys.recent(1)[0].phase is not Phase.REFUSED:
        assert world.deploys_on_hosts() == {live.deploy}
        assert world.routings == {Routing(live.slot)}
    assert len([entry for entry in world.journal.entries if isinstance(entry.event, Merged)]) <= 2
    assert list(world.deploys.locks) == []


@older
def test_an_abort_of_an_older_version_is_gone_on_with(version: Path, tmp_path: Path) -> None:
    world = begun(version, tmp_path, 12)
    event = decode("aborting", ABORTING)
    world.journal.entries.append(Entry(len(world.journal.entries) + 1, NOON, event))
    assert taken_over(world).phase is Phase.ABORTED
    assert world.deploys_on_hosts() == {LIVE}
    assert world.routings == {Routing(Slot.GREEN)}
