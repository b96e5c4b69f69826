"""An engine behind ssh, over a real SSH connection: docker-py's way of reaching it works under gevent."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.engine import Engine, Engines
from shippy.backend.engine.errors import EngineError
from shippy.backend.engine.ssh import SshWay
from shippy.config.hosts import Host
from shippy.errors import HostFailed
from shippy.model import HostStep
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.backend.ssh_server import SshServer
from tests.waiting import eventually


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        engine.on("GET", "/info", Answer())
        yield engine


@pytest.fixture
def server(scripted: ScriptedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    server = SshServer(tmp_path, ("127.0.0.1", scripted.port))
    yield server
    server.stop()


@pytest.fixture
def engine(server: SshServer) -> Iterator[Engine]:
    engine = Engine(Host(name="web1", docker=server.url, address="127.0.0.1"))
    yield engine
    engine.close()


def ask(engine: Engine, within: float = 10.0) -> None:
    with engine.asked(HostStep.CONNECTING, within) as client:
        client.info()


def failure_of(engine: Engine) -> HostFailed:
    with pytest.raises(HostFailed) as failed:
        ask(engine)
    return failed.value


def test_many_ask_at_once_over_one_connection(scripted: ScriptedEngine, engine: Engine) -> None:
    gevent.joinall([gevent.spawn(ask, engine) for _ in range(20)], raise_error=True)
    assert scripted.count("GET", "/info") == 20


def test_a_stream_comes_line_by_line(scripted: ScriptedEngine, engine: Engine) -> None:
    first, released = Event(), Event()
    scripted.on("POST", "/images/create", Answer(lines=[{"id": 1}, lambda: released.wait(10), {"id": 2}]))
    lines = []
    with engine.asked(HostStep.PULLING, within=None) as client:
        for line in client.pull("acme/web", "1"):
            lines.append(line["id"])
            first.set()
            released.set()
    assert first.is_set()
    assert lines == [1, 2]


def test_a_call_can_be_killed_at_once(scripted: ScriptedEngine, engine: Engine) -> None:
    reached, released = Event(), Event()
    scripted.on("GET", "/info", Answer(lines=[reached.set, lambda: released.wait(10)]), Answer())
    asking = gevent.spawn(ask, engine)
    assert reached.wait(10)
    asking.kill(timeout=1)
    released.set()
    assert asking.dead
    ask(engine)


def test_an_app_that_gives_up_on_an_engine_ends_no_call_of_another_app(
    scripted: ScriptedEngine, server: SshServer
) -> None:
    engines, host = Engines(), Host(name="web1", docker=server.url, address="127.0.0.1")
    with closing(engines.of(host)) as patient, closing(engines.of(host)) as hasty:
        reached, released = Event(), Event()
        scripted.on("GET", "/info", Answer(lines=[reached.set, lambda: released.wait(10), {}]))
        asking = gevent.spawn(ask, patient)
        assert reached.wait(10)
        with pytest.raises(HostFailed, match="no answer within"):
            ask(hasty, within=0.5)
        released.set()
        asking.get(timeout=10)


def test_a_lost_connection_is_made_again(server: SshServer, engine: Engine) -> None:
    ask(engine)
    server.stop()
    assert failure_of(engine).reason
    server.start()
    ask(engine)


def test_a_server_that_is_not_known_is_refused(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / ".ssh" / "known_hosts").write_text("")
    assert "not found in known_hosts" in failure_of(engine).reason


def test_a_key_that_is_not_let_in_is_told(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / ".ssh" / "id_rsa").unlink()
    assert failure_of(engine).reason == "No authentication methods available"


def test_a_connection_that_is_not_let_in_is_closed(server: SshServer, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / ".ssh" / "id_rsa").unlink()
    gc.disable()
    try:
        failure_of(engine)
        assert eventually(lambda: server.connected == 0, 5)
    finally:
        gc.enable()


def test_a_connection_that_is_made_while_it_is_given_up_is_closed(server: SshServer) -> None:
    way = SshWay(server.url)
    connecting = gevent.spawn(way.connect, 5.0)
    assert eventually(lambda: server.connected == 1, 5)
    way.close()
    with pytest.raises(EngineError, match="given up"):
        connecting.get(timeout=10)
    assert eventually(lambda: server.connected == 0, 5)
