from __future__ import annotations

from typing import Any

from shippy.backend.docker.containers import (
    container_of,
    environment_of,
    labels_of,
    name_of,
    public_port,
    published_port,
)
from shippy.config.hosts import Host
from shippy.model import Endpoint, Image, Release, Slot

HOST = Host(name="web1", docker="tcp://10.0.0.11:2375", address="10.0.0.11")
IMAGE = Image("registry.example.com/acme/web:c0ffee", "sha256:" + "a" * 64)
RELEASE = Release("web", "20260708-101112-ab12", "c0ffee", IMAGE, Slot.GREEN)


def entry(**changes: Any) -> dict[str, Any]:
    ports = [
        {"PrivatePort": 9000, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 8080, "PublicPort": 32770, "Type": "tcp"},
        {"IP": "0.0.0.0", "PrivatePort": 8080, "PublicPort": 32769, "Type": "tcp"},  # noqa: S104 what engines tell
    ]
    listed = {"Id": "f00", "Names": ["/shippy-web"], "State": "running", "Ports": ports}
    return {**listed, "Labels": labels_of(RELEASE, "web1"), **changes}


def test_labels_tell_everything_that_a_container_is_known_by() -> None:
    container = container_of(HOST, entry())
    assert (container.id, container.name) == ("f00", "shippy-web")
    assert (container.app, container.deploy, container.commit) == (RELEASE.app, RELEASE.deploy, RELEASE.commit)
    assert container.slot is Slot.GREEN


def test_a_container_is_reached_at_the_hosts_address_and_the_ipv4_port() -> None:
    assert container_of(HOST, entry()).endpoint == Endpoint("web1", "10.0.0.11", 32769)


def test_a_container_that_does_not_run_has_no_endpoint() -> None:
    assert container_of(HOST, entry(State="paused")).endpoint is None


def test_a_container_without_a_published_port_has_no_endpoint() -> None:
    assert container_of(HOST, entry(Ports=[{"PrivatePort": 8080, "Type": "tcp"}])).endpoint is None


def test_one_container_tells_the_same_port() -> None:
    both = [{"HostIp": "::", "HostPort": "32770"}, {"HostIp": "0.0.0.0", "HostPort": "32769"}]  # noqa: S104 as above
    found = {"NetworkSettings": {"Ports": {"9000/tcp": None, "8080/tcp": both}}}
    assert published_port(found) == public_port(entry()) == 32769


def test_one_container_that_does_not_run_tells_no_port() -> None:
    assert published_port({"NetworkSettings": {"Ports": {}}}) is None
    assert published_port({"NetworkSettings": {"Ports": None}}) is None


def test_names_differ_by_host_and_by_the_end_of_the_deploys_id() -> None:
    assert name_of(RELEASE, "web1") == "shippy-web-green-101112-ab12-web1"


def test_the_container_is_told_what_it_is_whatever_is_configured() -> None:
    environment = environment_of(RELEASE, "web1", {"MODE": "fast", "SHIPPY_COMMIT": "mine"})
    assert environment == {
        "MODE": "fast",
        "SHIPPY_APP": "web",
        "SHIPPY_DEPLOY": RELEASE.deploy,
        "SHIPPY_COMMIT": "c0ffee",
        "SHIPPY_SLOT": "green",
        "SHIPPY_HOST": "web1",
    }
