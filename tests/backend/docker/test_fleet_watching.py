"""Apps that look at the same hosts at the same moment look together, and each is told of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.containers import labels_of
from shippy.backend.docker.engine import Engines, TimeOuts
from shippy.backend.docker.fleet import DockerFleet
from shippy.errors import HostFailed
from shippy.model import Container, Image, Release, Slot
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.integration.fleets import app_on

LIST = "/containers/json"
IMAGE = Image("registry.example.com/acme/web:v1", "sha256:" + "a" * 64)


def listed(app: str, host: str, number: str = "f00") -> dict[str, Any]:
    labels = labels_of(Release(app, "d1", "c0ffee", IMAGE, Slot.BLUE), host)
    return {"Id": number, "Names": [f"/{app}-{number}"], "State": "running", "Ports": [], "Labels": labels}


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        yield engine


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    with ExitStack() as ending:
        yield ending


def fleets(ending: ExitStack, *of: tuple[str, ScriptedEngine], ask: float = 5.0) -> list[DockerFleet]:
    """Apps of one daemon, each on one host; those on the same engine call it the same."""
    engines = Engines(TimeOuts(ask=ask))
    return [ending.enter_context(closing(DockerFleet(app, app_on([one.host]), engines))) for app, one in of]


def looked(fleet: DockerFleet) -> tuple[Container, ...] | HostFailed:
    (there,) = fleet.watch().values()
    return there


def names(there: tuple[Container, ...] | HostFailed) -> list[str]:
    assert not isinstance(there, HostFailed), there
    return [container.name for container in there]


def test_an_engine_is_asked_once_for_all_apps_and_each_is_told_of_its_own(
    scripted: ScriptedEngine, ending: ExitStack
) -> None:
    everybody = [listed("web", "web1"), listed("shop", "web1"), listed("web", "another", "f01")]
    scripted.on("GET", LIST, Answer(lines=[everybody]))
    web, shop, idle = fleets(ending, ("web", scripted), ("shop", scripted), ("idle", scripted))
    looking = [gevent.spawn(looked, fleet) for fleet in (web, shop, idle)]
    assert [names(one.get(timeout=10)) for one in looking] == [["web-f00"], ["shop-f00"], []]
    assert scripted.count("GET", LIST) == 1
    assert scripted.count("GET", "/_ping") == 1


def test_what_is_told_again_word_for_word_is_the_same_object(scripted: ScriptedEngine, ending: ExitStack) -> None:
    scripted.on("GET", LIST, Answer(lines=[[listed("web", "web1")]]))
    (web,) = fleets(ending, ("web", scripted))
    assert looked(web) is looked(web)
    assert scripted.count("GET", LIST) == 2


def test_nobody_is_told_what_was_asked_before_they_looked(scripted: ScriptedEngine, ending: ExitStack) -> None:
    asked, go = Event(), Event()
    before = Answer(lines=[asked.set, lambda: go.wait(10), []])
    scripted.on("GET", LIST, before, Answer(lines=[[listed("web", "web1")]]))
    first, second = fleets(ending, ("web", scripted), ("web", scripted))
    early = gevent.spawn(looked, first)
    assert asked.wait(5)
    late = gevent.spawn(looked, second)
    assert names(late.get(timeout=10)) == ["web-f00"]
    go.set()
    assert names(early.get(timeout=10)) == []


def test_an_engine_that_is_silent_fails_for_those_on_it_and_holds_up_no_other(
    scripted: ScriptedEngine, ending: ExitStack
) -> None:
    hangs = Event()
    scripted.on("GET", LIST, Answer(lines=[hangs.wait]))
    ending.callback(hangs.set)
    other = ending.enter_context(ScriptedEngine())
    other.on("GET", LIST, Answer(lines=[[listed("blog", "web1")]]))
    web, shop, blog = fleets(ending, ("web", scripted), ("shop", scripted), ("blog", other), ask=0.5)
    waiting = [gevent.spawn(looked, fleet) for fleet in (web, shop)]
    assert names(looked(blog)) == ["blog-f00"]
    assert not any(one.ready() for one in waiting)
    assert [str(one.get(timeout=10)) for one in waiting] == [str(waiting[0].get())] * 2
    assert isinstance(waiting[0].get(), HostFailed)
    assert scripted.count("GET", LIST) == 1


def test_what_is_no_list_is_a_failure_of_the_host(scripted: ScriptedEngine, ending: ExitStack) -> None:
    scripted.on("GET", LIST, Answer(lines=[{"not": "a list"}]))
    (web,) = fleets(ending, ("web", scripted))
    assert isinstance(looked(web), HostFailed)


def test_who_is_killed_while_looking_together_leaves_the_others_their_answer(
    scripted: ScriptedEngine, ending: ExitStack
) -> None:
    scripted.on("GET", LIST, Answer(lines=[[listed("shop", "web1")]]))
    web, shop = fleets(ending, ("web", scripted), ("shop", scripted))
    killed, stays = gevent.spawn(looked, web), gevent.spawn(looked, shop)
    gevent.sleep(0.01)
    killed.kill()
    assert names(stays.get(timeout=10)) == ["shop-f00"]
