"""What it costs to look for what will be shipped next, and how soon it is there where GitHub calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import gevent
import pytest
from pydantic import SecretStr

from playground.github.client import Hub
from shippy.config.listening import Webhook
from shippy.deploys.prefetch.prefetching import Prefetching
from shippy.webhook import GitHubCalls
from tests.github.served import HANDS, Served
from tests.github.shipping import CONTEXT, green, shipping
from tests.webhook.calls import LONG
from tests.world import World

NUMBERS = count(1)
ASKED = [
    "/pulls?direction=desc&per_page=25&sort=updated&state=open",
    "/commits/{0}/check-runs?filter=latest&per_page=100",
    "/commits/{0}/status?per_page=100",
    "/commits/{1}/check-runs?filter=latest&per_page=100",
    "/commits/{1}/status?per_page=100",
]


@pytest.fixture
def hub(served: Served) -> Hub:
    return served.repository(f"ahead-{next(NUMBERS)}")


def asked_since(hub: Hub, after: int) -> list[dict[str, Any]]:
    return [call for call in hub.calls(after) if call["login"] != HANDS]


def request_of(call: Mapping[str, str]) -> str:
    """What was asked for in a repository, the query in the order of its names."""
    path = "/".join(call["path"].split("/")[6:])
    return f"/{path}?{'&'.join(sorted(call['query'].split('&')))}"


def commits_on_hosts(world: World) -> set[str]:
    return {image.reference.rpartition(":")[2] for host in world.fleet.host.values() for image in host.images.values()}


def test_where_nothing_has_changed_github_only_says_so(served: Served, hub: Hub) -> None:
    commits = [green(hub, branch, f"{branch}.txt") for branch in ("feature-x", "feature-y")]
    for branch in ("feature-x", "feature-y"):
        hub.open_pull(branch, "A change")
    with shipping(served, hub, prefetch={"mode": "on"}) as world:
        prefetching = Prefetching(world.deploys)
        looks = []
        for _ in range(3):
            before = hub.calls()[-1]["number"]
            prefetching.look("web")
            looks.append(asked_since(hub, before))
        assert commits_on_hosts(world) == set(commits)
    wanted = sorted(one.format(*commits) for one in ASKED)
    assert [sorted(map(request_of, calls)) for calls in looks] == [wanted] * 3
    assert [{call["status"] for call in calls} for calls in looks] == [{200}, {304}, {304}]


@contextmanager
def called(hub: Hub, world: World) -> Iterator[Prefetching]:
    """Images are pulled ahead, once an hour, or when GitHub calls."""
    prefetching = Prefetching(world.deploys, called=True)
    # The config wants a port that can be told; here the system chooses one.
    calls = GitHubCalls(Webhook.model_construct(listen="127.0.0.1:0", secret=SecretStr(LONG)), prefetching.wake)
    hub.add_hook(f"http://127.0.0.1:{calls.start()}/", LONG)
    watching = gevent.spawn(prefetching.run)
    try:
        yield prefetching
    finally:
        calls.stop(1.0)
        wait_until_nothing_is_asked(hub)
        watching.kill()


def wait_until_nothing_is_asked(hub: Hub) -> None:
    """urllib3 loses a connection, and Python warns of its socket, where a greenlet is killed while it asks."""
    last, before = hub.calls()[-1]["number"], None
    while last != before:
        gevent.sleep(0.3)
        last, before = hub.calls()[-1]["number"], last


def test_what_turns_green_is_pulled_when_github_calls_and_removed_when_it_is_merged(served: Served, hub: Hub) -> None:
    with shipping(served, hub, prefetch={"mode": "label", "every": "1h"}) as world, called(hub, world):
        commit = hub.push_file("feature-x", "a.txt", "a", "Add a")
        number = hub.open_pull("feature-x", "A change")
        hub.label(number, "prefetch")
        hub.set_status(commit, CONTEXT, "pending")
        gevent.sleep(0.2)
        assert commits_on_hosts(world) == set()
        hub.set_status(commit, CONTEXT, "success")
        with gevent.Timeout(10):
            while commits_on_hosts(world) != {commit}:
                gevent.sleep(0.02)
        hub.merge(number)
        with gevent.Timeout(10):
            while commits_on_hosts(world):
                gevent.sleep(0.02)
