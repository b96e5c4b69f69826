"""A HAProxy without files that is restarted while a deploy waits long for something else: the daemon sees to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from playground.machine.world import World
from shippy.events import Aborting, Committing, Event, HostReady, Mended, Merging, Part, ShareChanged
from shippy.journal import open_journal
from shippy.model import ALL, Routing, Slot, Traffic
from tests.integration.haproxies import APP, HAProxies, Server
from tests.integration.haproxy.test_rescue import AT_25, DANA, NEW, SHARE, story
from tests.test_ship import NOBODY, START_SECONDS, Place, daemon
from tests.test_ship_shutdown import Silent
from tests.waiting import eventually

MENDED_SECONDS = 1.5
"""The promise is a second; the rest is for a machine that has much to do. What the deploy waits for takes ten."""

COMMITTING: list[Event] = [
    ShareChanged(*NEW, by=DANA, before=SHARE, after=ALL, committing=True),
    Committing(*NEW, by=DANA),
    Merging(*NEW, head="b" * 40),
]


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.stop()


def a_site(folder: Path, haproxies: HAProxies, events: list[Event], *, github: str, host: str) -> Place:
    """A config and a journal of somebody whose daemon was killed after these events."""
    app = haproxies.app.model_dump(mode="json", include={"repository", "image", "vip", "public", "balancers"})
    app["hosts"] = [{"name": "web-1", "docker": f"tcp://{host}", "address": "127.0.0.1"}]
    app["traffic"] = {"drain": "1s"}
    place, journal = Place(folder), f"sqlite:///{folder}/journal.db"
    config = {
        "chat": {"transport": "local"},
        "github": {"api_url": f"http://{github}/", "token": "t"},
        "journal": journal,
        "control": str(place.control),
        "apps": {APP: app},
    }
    place.config.write_text(yaml.safe_dump(config))
    with closing(open_journal(journal)) as opened:
        for event in events:
            opened.append(event)
    return place


@pytest.mark.parametrize("waits_for", ["the merge", "the removal of containers"])
def test_it_is_at_the_recorded_state_again_within_a_second(
    *, tmp_path: Path, world: World, old: Server, new: Server, silent: Silent, waits_for: str
) -> None:
    haproxies = HAProxies(world, files=False)
    events = story(old.endpoint, new.endpoint)
    if waits_for == "the merge":
        at_all = Routing(Slot.BLUE, Slot.GREEN, ALL, NEW[0])
        place = a_site(
            tmp_path,
            haproxies,
            [*events, HostReady(*NEW, endpoint=new.endpoint), *COMMITTING],
            github=silent.address,
            host=NOBODY,
        )
        both = {Slot.BLUE: frozenset({old.endpoint}), Slot.GREEN: frozenset({new.endpoint})}
        haproxies.balancers.bring(wanted := Traffic(at_all, both))
        says = "new"
    else:
        aborting = Aborting(*NEW, by=DANA, reason="")
        place = a_site(tmp_path, haproxies, [*events, aborting], github=NOBODY, host=silent.address)
        wanted, says = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({old.endpoint})}), "old"
    with daemon(place):
        assert silent.asked.wait(START_SECONDS)
        assert eventually(lambda: all(does == wanted for does in haproxies.balancers.read().values()), seconds=10)
        haproxies.machines["lb1"].restart()
        began = time.monotonic()
        assert eventually(lambda: haproxies.balancers.read()["lb1"] == wanted, seconds=8)
        assert time.monotonic() - began < MENDED_SECONDS
        assert haproxies.visits(10) == {says: 10}


def test_a_map_that_somebody_changes_by_hand_is_put_right_within_a_second_and_told_once(
    tmp_path: Path, world: World, old: Server, new: Server
) -> None:
    haproxies = HAProxies(world, ["lb1"])
    events = [*story(old.endpoint, new.endpoint), HostReady(*NEW, endpoint=new.endpoint)]
    place = a_site(tmp_path, haproxies, events, github=NOBODY, host=NOBODY)
    with daemon(place):
        assert eventually(lambda: routing(haproxies) == AT_25, seconds=10)
        for _ in range(3):
            haproxies.balancers.force(Traffic(Routing(Slot.GREEN), {Slot.GREEN: frozenset({new.endpoint})}))
            began = time.monotonic()
            assert eventually(lambda: routing(haproxies) == AT_25, seconds=8)
            assert time.monotonic() - began < MENDED_SECONDS
    with closing(open_journal(f"sqlite:///{tmp_path}/journal.db")) as journal:
        seen = [entry.event for entry in journal.of_app(APP)]
    assert seen.count(Mended(APP, Part.BALANCER, "lb1")) == 1


def routing(haproxies: HAProxies) -> Routing:
    answer = haproxies.balancers.read()["lb1"]
    assert isinstance(answer, Traffic), answer
    return answer.routing
