from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import gevent
import pytest
from gevent.event import Event

from shippy.backend.docker.engine import Engine, TimeOuts
from shippy.backend.many import Turns
from shippy.config.hosts import Host
from shippy.errors import HostFailed
from shippy.model import HostStep
from tests.backend.scripted_engine import Answer, ScriptedEngine

CONNECTING = HostStep.CONNECTING


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    with ScriptedEngine() as engine:
        engine.on("GET", "/info", Answer())
        yield engine


@pytest.fixture
def engine(scripted: ScriptedEngine) -> Iterator[Engine]:
    engine = Engine(scripted.host)
    yield engine
    engine.close()


def ask(engine: Engine, within: float = 5.0) -> None:
    with engine.asked(CONNECTING, within) as client:
        client.info()


def failure_of(engine: Engine, within: float = 5.0) -> HostFailed:
    with pytest.raises(HostFailed) as failed:
        ask(engine, within)
    return failed.value


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def test_the_version_is_asked_once_even_by_many_at_once(scripted: ScriptedEngine, engine: Engine) -> None:
    gevent.joinall([gevent.spawn(ask, engine) for _ in range(20)], raise_error=True)
    assert scripted.count("GET", "/info") == 20
    assert scripted.count("GET", "/_ping") == 1


def test_a_lost_connection_makes_the_version_asked_again(scripted: ScriptedEngine, engine: Engine) -> None:
    ask(engine)
    scripted.stop()
    assert failure_of(engine).reason == "does not answer (connection refused)"
    scripted.start()
    ask(engine)
    assert scripted.count("GET", "/_ping") == 2


def test_an_answer_of_the_engine_is_no_lost_connection(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("GET", "/info", Answer(500, [{"message": "the disk\nis full"}]), Answer())
    assert failure_of(engine).reason == "the disk"
    ask(engine)
    assert scripted.count("GET", "/_ping") == 1


def test_silence_ends_with_the_time_out(scripted: ScriptedEngine, engine: Engine) -> None:
    released = Event()
    scripted.on("GET", "/info", Answer(lines=[lambda: released.wait(10)]))
    failure = failure_of(engine, within=0.1)
    released.set()
    assert failure == HostFailed("web1", CONNECTING, "no answer within 0.1 s")


def test_an_engine_that_was_silent_is_not_waited_for_from_scratch(scripted: ScriptedEngine) -> None:
    silence = Answer(lines=[lambda: gevent.sleep(5)])
    engine = Engine(scripted.host, TimeOuts(again=0.1))
    scripted.on("GET", "/info", silence)
    failure_of(engine, within=0.1)
    scripted.on("GET", "/_ping", silence)
    began = time.monotonic()
    asking = [gevent.spawn(failure_of, engine) for _ in range(5)]
    gevent.joinall(asking, raise_error=True)
    assert time.monotonic() - began < 1
    assert {failed.get().reason for failed in asking} == {"still no answer, within 0.1 s"}
    engine.close()


def test_an_engine_that_was_silent_and_greets_again_gets_all_its_time(scripted: ScriptedEngine) -> None:
    engine = Engine(scripted.host, TimeOuts(again=0.1))
    slow = Answer(lines=[lambda: gevent.sleep(0.4), {}])
    scripted.on("GET", "/info", slow)
    assert failure_of(engine, within=0.2).reason == "no answer within 0.2 s"
    ask(engine)
    engine.close()


def test_a_time_out_of_the_caller_is_not_the_engines(scripted: ScriptedEngine, engine: Engine) -> None:
    released = Event()
    scripted.on("GET", "/info", Answer(lines=[lambda: released.wait(10)]))
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.1):
        ask(engine, within=5)
    released.set()


def test_silence_within_a_stream_ends_with_its_own_time_out(scripted: ScriptedEngine) -> None:
    released = Event()
    scripted.on("POST", "/images/create", Answer(lines=[{"status": "Waiting"}, lambda: released.wait(10)]))
    engine = Engine(scripted.host, TimeOuts(idle=0.1))
    with pytest.raises(HostFailed) as failed, engine.asked(HostStep.PULLING, within=None) as client:
        list(client.pull("acme/web", "1"))
    released.set()
    engine.close()
    assert failed.value == HostFailed("web1", HostStep.PULLING, "no answer within 0.1 s")


def test_a_closed_port_is_told_in_one_line() -> None:
    engine = Engine(Host(name="web1", docker=f"tcp://127.0.0.1:{closed_port()}", address="127.0.0.1"))
    assert failure_of(engine).reason == "does not answer (connection refused)"


def test_a_name_that_does_not_resolve_is_told_in_one_line() -> None:
    engine = Engine(Host(name="web1", docker="tcp://nowhere.invalid:2375", address="127.0.0.1"))
    assert failure_of(engine).reason == "its name cannot be resolved (name or service not known)"


def test_ssh_that_does_not_answer_is_told_in_one_line() -> None:
    port = closed_port()
    engine = Engine(Host(name="web1", docker=f"ssh://deploy@127.0.0.1:{port}", address="127.0.0.1"))
    assert failure_of(engine).reason == f"does not answer (unable to connect to port {port} on 127.0.0.1)"


def test_something_that_is_no_engine_is_told_in_one_line(scripted: ScriptedEngine, engine: Engine) -> None:
    scripted.on("GET", "/_ping", Answer(lines=["good day"]))
    assert failure_of(engine).reason == "is no Docker engine: it answers, and tells no version of the API"


def test_proxies_of_the_environment_are_not_for_engines(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    ask(engine)


class Counted(Turns):
    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    def take(self) -> None:
        self.taken += 1
        super().take()


def test_whoever_has_been_answered_goes_on_in_their_turn(scripted: ScriptedEngine) -> None:
    turns = Counted()
    engine = Engine(scripted.host, turns=turns)
    ask(engine)
    assert turns.taken >= len(scripted.asked) == 2
    engine.close()
