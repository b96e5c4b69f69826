from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from shippy.backend.docker.engine import Engine, TimeOuts
from shippy.backend.docker.pull import has, pull, resolve
from shippy.errors import HostFailed, ImageNotFound, Unavailable
from shippy.model import HostProgress, HostStep, Image
from tests.backend.scripted_engine import Answer, ScriptedEngine

REFERENCE = "registry.example.com/acme/web:c0ffee"
IMAGE = Image(REFERENCE, "sha256:" + "a" * 64)
DISTRIBUTION = f"/distribution/{REFERENCE}/json"
INSPECTION = f"/images/{IMAGE.pinned}/json"

UNKNOWN = Answer(404, [{"message": "manifest unknown: manifest unknown"}])
UNREACHABLE = Answer(500, [{"message": "Get https://registry.example.com/v2/: connection refused\nand more"}])
PULLED = [{"status": "Pulling fs layer", "id": "a"}, {"status": "Pull complete", "id": "a"}]
BROKEN = [{"status": "Pulling fs layer", "id": "a"}, {"error": "unexpected EOF", "errorDetail": {}}]


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        engine.on("GET", INSPECTION, Answer(404, [{"message": "No such image"}]))
        yield engine


@pytest.fixture
def engine(scripted: ScriptedEngine) -> Iterator[Engine]:
    engine = Engine(scripted.host)
    yield engine
    engine.close()


def pulled(engine: Engine) -> list[int | None]:
    """The percentages that a pull reports."""
    told: list[HostProgress] = []
    pull(engine, IMAGE, BoundedSemaphore(1), told.append)
    assert {progress.step for progress in told} <= {HostStep.PULLING}
    return [progress.percent for progress in told]


def pulls(scripted: ScriptedEngine) -> int:
    return scripted.count("POST", "/images/create")


def test_a_reference_is_resolved_without_a_pull(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("GET", DISTRIBUTION, Answer(lines=[{"Descriptor": {"digest": IMAGE.digest}}]))
    assert resolve(engine, REFERENCE) == IMAGE
    assert pulls(scripted) == 0


def test_an_engine_that_has_just_answered_is_asked_for_the_digest_at_once(
    scripted: ScriptedEngine, engine: Engine
) -> None:
    scripted.on("GET", DISTRIBUTION, Answer(lines=[{"Descriptor": {"digest": IMAGE.digest}}]))
    has(engine, IMAGE)
    before = len(scripted.asked)
    resolve(engine, REFERENCE)
    assert [asked.path for asked in scripted.asked[before:]] == [DISTRIBUTION]


def test_an_engine_that_is_frozen_is_not_waited_for_as_long_as_a_registry(scripted: ScriptedEngine) -> None:
    engine = Engine(scripted.host, TimeOuts(ask=0.1, awake=0))
    has(engine, IMAGE)
    frozen = Answer(lines=[lambda: gevent.sleep(5)])
    scripted.on("GET", "/_ping", frozen)
    scripted.on("GET", DISTRIBUTION, frozen)
    with pytest.raises(HostFailed) as failed:
        resolve(engine, REFERENCE)
    assert failed.value.reason == "no answer within 0.1 s"
    engine.close()


def test_an_image_that_the_registry_does_not_have_is_told_in_its_words(
    scripted: ScriptedEngine, engine: Engine
) -> None:
    scripted.on("GET", DISTRIBUTION, UNKNOWN)
    with pytest.raises(ImageNotFound) as failed:
        resolve(engine, REFERENCE)
    assert failed.value == ImageNotFound(REFERENCE, "manifest unknown: manifest unknown")


def test_a_reference_that_none_can_have_is_not_found(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("GET", DISTRIBUTION, Answer(400, [{"message": "invalid reference format"}]))
    with pytest.raises(ImageNotFound):
        resolve(engine, REFERENCE)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_registry_that_does_not_tell_is_unavailable(scripted: ScriptedEngine, engine: Engine, status: int) -> None:
    scripted.on("GET", DISTRIBUTION, Answer(status, [{"message": "no\nway"}]))
    with pytest.raises(Unavailable) as failed:
        resolve(engine, REFERENCE)
    assert failed.value == Unavailable("the registry", "no")


def test_an_image_that_is_there_is_not_pulled(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("GET", INSPECTION, Answer())
    assert pulled(engine) == []
    assert pulls(scripted) == 0


def test_an_image_is_pulled_by_its_digest(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("POST", "/images/create", Answer(lines=PULLED))
    assert pulled(engine) == [0, 100]
    asked = next(asked for asked in scripted.asked if asked.method == "POST")
    assert asked.query == f"tag=sha256%3A{'a' * 64}&fromImage=registry.example.com%2Facme%2Fweb"


def test_a_pull_without_new_layers_ends_at_100_percent(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("POST", "/images/create", Answer(lines=[{"status": "Already exists", "id": "a"}]))
    assert pulled(engine) == [0, 100]


def test_a_pull_that_breaks_is_tried_again(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("POST", "/images/create", Answer(lines=BROKEN), Answer(lines=PULLED))
    assert pulled(engine) == [0, 0, 100]


def test_a_pull_that_breaks_every_time_is_told(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("POST", "/images/create", Answer(lines=BROKEN), UNREACHABLE)
    with pytest.raises(HostFailed) as failed:
        pulled(engine)
    assert failed.value.step is HostStep.PULLING
    assert failed.value.reason == "Get https://registry.example.com/v2/: connection refused"
    assert pulls(scripted) == 3


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_pull_that_is_refused_is_not_tried_again(scripted: ScriptedEngine, engine: Engine, status: int) -> None:
    scripted.on("POST", "/images/create", Answer(status, [{"message": "denied"}]))
    with pytest.raises(HostFailed) as failed:
        pulled(engine)
    assert failed.value == HostFailed("web1", HostStep.PULLING, "denied")
    assert pulls(scripted) == 1


def test_an_engine_that_vanishes_within_a_pull_is_told(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("POST", "/images/create", Answer(lines=[*PULLED, scripted.stop]))
    with pytest.raises(HostFailed) as failed:
        pulled(engine)
    assert failed.value == HostFailed("web1", HostStep.PULLING, "does not answer (connection refused)")


def test_a_pull_can_be_killed_at_once(scripted: ScriptedEngine, engine: Engine) -> None:
    reached, released = Event(), Event()
    scripted.on("POST", "/images/create", Answer(lines=[{}, reached.set, lambda: released.wait(10)]))
    pulling = gevent.spawn(pulled, engine)
    assert reached.wait(5)
    pulling.kill(timeout=1)
    released.set()
    assert pulling.dead


def test_credentials_are_those_of_docker_login_at_that_moment(
    scripted: ScriptedEngine, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.on("GET", DISTRIBUTION, Answer(lines=[{"Descriptor": {"digest": IMAGE.digest}}]))
    scripted.on("POST", "/images/create", Answer(lines=PULLED))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    log_in(tmp_path, "early")
    resolve(engine, REFERENCE)
    log_in(tmp_path, "late")
    resolve(engine, REFERENCE)
    pulled(engine)
    assert [who(asked.headers) for asked in scripted.asked if "X_REGISTRY_AUTH" in asked.headers] == [
        "early",
        "late",
        "late",
    ]


def log_in(folder: Path, user: str) -> None:
    auth = base64.b64encode(f"{user}:secret".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {"registry.example.com": {"auth": auth}}}))


def who(headers: dict[str, str]) -> str:
    return str(json.loads(base64.urlsafe_b64decode(headers["X_REGISTRY_AUTH"]))["username"])
