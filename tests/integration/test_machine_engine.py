"""An engine of a machine's own: stopped, cut off, frozen, out of space, and unable to start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest
import requests
from docker.tls import TLSConfig

from playground.machine.engine import Engine
from playground.machine.images import HEALTHY, large, publish
from playground.machine.network import Network
from playground.machine.process import ProcessFailed
from playground.machine.registry import Registry


@pytest.fixture
def registry(network: Network) -> Iterator[Registry]:
    started = Registry(network.machine("registry", 8))
    started.start()
    yield started
    started.stop()


def ping(url: str, tls: TLSConfig | bool = False) -> bool:
    with closing(docker.APIClient(base_url=url, tls=tls, version="1.41", timeout=1)) as client:
        client.trust_env = False
        return bool(client.ping())


def test_an_engine_that_cannot_start_says_why(network: Network) -> None:
    machine = network.machine("host", 11)
    squatter = machine.start("squatter", ["busybox", "nc", "-l", "-p", "2375"])
    squatter.wait_until(lambda: "0947" in listeners(squatter.pid), seconds=10)
    engine = Engine(machine)
    engine.start()
    with pytest.raises(ProcessFailed, match="address already in use"):
        engine.wait_until_ready()


def listeners(pid: int) -> str:
    return Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()


def wait_for_answer(url: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            ping(url)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
        else:
            return


def test_a_stopped_engine_starts_again_with_its_images(engine: Engine, registry: Registry) -> None:
    reference = f"{registry.address}/site:1"
    with closing(engine.client()) as client:
        publish(client, reference, HEALTHY, "1")
    engine.stop()
    with pytest.raises(requests.ConnectionError):
        ping(engine.url)
    engine.start()
    engine.wait_until_ready()
    with closing(engine.client()) as client:
        assert [image.tags for image in client.images.list()] == [[reference]]


def test_a_frozen_engine_says_nothing_until_it_thaws(engine: Engine) -> None:
    engine.freeze()
    with pytest.raises(requests.Timeout):
        ping(engine.url)
    engine.thaw()
    assert ping(engine.url)


def test_a_machine_whose_link_is_down_is_not_reached_until_it_is_up(engine: Engine) -> None:
    engine.machine.link_down()
    with pytest.raises(requests.ConnectionError):
        ping(engine.url)
    engine.machine.link_up()
    wait_for_answer(engine.url)


def test_an_engine_with_tls_answers_only_who_has_its_certificate(network: Network) -> None:
    engine = Engine(network.machine("host", 11), tls=True)
    engine.start()
    engine.wait_until_ready()
    files = engine.client_tls
    assert files
    known = TLSConfig(client_cert=(str(files.cert), str(files.key)), ca_cert=str(files.ca), verify=True)
    unknown = TLSConfig(ca_cert=str(files.ca), verify=True)
    assert ping(engine.url, known)
    with pytest.raises((requests.exceptions.SSLError, requests.ConnectionError)):
        ping(engine.url, unknown)
    engine.kill()


def test_an_engine_with_a_small_disk_gets_full(network: Network, registry: Registry) -> None:
    engine = Engine(network.machine("host", 11), disk_bytes=30_000_000)
    engine.start()
    engine.wait_until_ready()
    with closing(engine.client()) as client:
        publish(client, f"{registry.address}/site:1", HEALTHY, "1")
        with pytest.raises(docker.errors.DockerException, match="no space left on device"):
            publish(client, f"{registry.address}/big:1", large(40), "1")
    engine.kill()
