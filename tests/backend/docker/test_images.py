"""Which images are removed from a host, told from what its engine lists, by script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.engine import Engine, TimeOuts
from shippy.backend.docker.images import MOST_AT_ONCE, HostImages
from shippy.errors import HostFailed
from shippy.model import HostProgress, Image
from tests.backend.scripted_engine import Answer, ScriptedEngine

REPOSITORY = "registry:5000/acme/web"
GONE = Answer(404, [{"message": "No such image"}])


def image(number: int, repository: str = REPOSITORY, *tags: str) -> dict[str, Any]:
    return {"Id": f"id-{number}", "RepoDigests": [f"{repository}@sha256:{number}"], "RepoTags": list(tags) or None}


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        engine.on("GET", "/containers/json", Answer(lines=[[]]))
        yield engine


@pytest.fixture
def images(scripted: ScriptedEngine) -> Iterator[HostImages]:
    with closing(Engine(scripted.host, TimeOuts(change=0.5))) as engine:
        yield HostImages(engine, REPOSITORY)


def lists(scripted: ScriptedEngine, *listed: dict[str, Any], removal: Answer | None = None) -> None:
    scripted.on("GET", "/images/json", Answer(lines=[list(listed)]))
    for one in listed:
        for name in one["RepoDigests"] or ():
            scripted.on("DELETE", f"/images/{name}", removal or Answer(lines=[[]]))


def removals(scripted: ScriptedEngine) -> list[str]:
    return [asked.path for asked in scripted.asked if asked.method == "DELETE"]


def test_only_what_was_pulled_by_digest_from_the_apps_own_repository_goes(
    scripted: ScriptedEngine, images: HostImages
) -> None:
    lists(
        scripted,
        image(1),
        image(2),
        image(3, f"{REPOSITORY}-worker"),
        image(4, "other:5000/acme/web"),
        image(5, REPOSITORY, f"{REPOSITORY}:debug"),
        {"Id": "id-6", "RepoDigests": None, "RepoTags": None},
        {"Id": "id-7", "RepoDigests": ["<none>@<none>"], "RepoTags": ["<none>:<none>"]},
    )
    assert images.forget(frozenset({"sha256:1"})) == (f"{REPOSITORY}@sha256:2",)
    assert removals(scripted) == [f"/images/{REPOSITORY}@sha256:2"]
    query = next(asked.query for asked in scripted.asked if asked.method == "DELETE")
    assert "force=False" in query
    assert "noprune=True" in query


def test_what_a_container_is_made_of_stays(scripted: ScriptedEngine, images: HostImages) -> None:
    lists(scripted, image(1), image(2))
    scripted.on("GET", "/containers/json", Answer(lines=[[{"ImageID": "id-1"}]]))
    assert images.forget(frozenset()) == (f"{REPOSITORY}@sha256:2",)
    assert "all=1" in next(asked.query for asked in scripted.asked if asked.path == "/containers/json")


@pytest.mark.parametrize("answer", [GONE, Answer(409, [{"message": "conflict: the image is being used"}])])
def test_what_somebody_has_removed_or_uses_since_is_fine(
    scripted: ScriptedEngine, images: HostImages, answer: Answer
) -> None:
    lists(scripted, image(1), removal=answer)
    assert images.forget(frozenset()) == ()


def test_an_engine_that_cannot_is_told(scripted: ScriptedEngine, images: HostImages) -> None:
    lists(scripted, image(1), removal=Answer(500, [{"message": "the disk is broken"}]))
    with pytest.raises(HostFailed, match="the disk is broken"):
        images.forget(frozenset())


def test_an_image_that_is_asked_for_meanwhile_stays(scripted: ScriptedEngine, images: HostImages) -> None:
    asked_for, looked = Event(), Event()
    lists(scripted, image(1))
    scripted.on("GET", "/containers/json", Answer(lines=[looked.set, lambda: asked_for.wait(5), []]))
    scripted.on("GET", f"/images/{REPOSITORY}@sha256:1/json", Answer())
    forgetting = gevent.spawn(images.forget, frozenset())
    assert looked.wait(5)
    reports: list[HostProgress] = []
    images.bring(Image(f"{REPOSITORY}:1a2b3c", "sha256:1"), reports.append)
    asked_for.set()
    assert forgetting.get(timeout=5) == ()
    assert removals(scripted) == []


def test_one_call_removes_a_bounded_number(scripted: ScriptedEngine, images: HostImages) -> None:
    lists(scripted, *(image(number) for number in range(MOST_AT_ONCE + 5)))
    assert len(images.forget(frozenset())) == MOST_AT_ONCE


def test_a_name_of_docker_hub_is_known_as_the_engine_lists_it(scripted: ScriptedEngine) -> None:
    lists(scripted, image(1, "acme/web"), image(2, "nginx"))
    with closing(Engine(scripted.host)) as engine:
        assert HostImages(engine, "docker.io/acme/web").forget(frozenset()) == ("acme/web@sha256:1",)
        assert HostImages(engine, "docker.io/library/nginx").forget(frozenset()) == ("nginx@sha256:2",)
