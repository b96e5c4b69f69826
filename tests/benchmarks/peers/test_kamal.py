"""What Kamal is told, so that it does the same work as the others."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.engines import Published
from benchmarks.peers.kamal import IMAGE_LABEL, LABEL, configuration
from benchmarks.shippable import DOCKERFILE
from playground.machine.topology import Host

HOSTS = [Host(f"web{number}", f"tcp://198.18.1.1{number}:2375", f"198.18.1.1{number}") for number in (1, 2)]
IMAGE = Published("198.18.1.8:5000", "acme/web", "v1")
TOLD = configuration(HOSTS, IMAGE, Path("/run/of/benchmark/key"))


def test_every_host_gets_a_container_with_its_port_published_and_no_proxy_before_it() -> None:
    role = TOLD["servers"]["web"]
    assert role == {"hosts": ["198.18.1.11", "198.18.1.12"], "proxy": False, "options": {"publish": "8080"}}


def test_the_image_is_the_one_that_the_others_get() -> None:
    assert f"{TOLD['registry']['server']}/{TOLD['image']}:{IMAGE.version}" == IMAGE.reference


def test_no_second_is_spent_waiting_for_a_container_that_runs() -> None:
    assert TOLD["readiness_delay"] == 0


def test_its_containers_are_told_from_all_others_of_the_same_image() -> None:
    assert LABEL in TOLD["labels"]
    assert LABEL not in DOCKERFILE


def test_the_image_has_the_label_without_which_kamal_takes_none() -> None:
    assert f"LABEL {IMAGE_LABEL}\n" in DOCKERFILE
    assert f"service={TOLD['service']}" == IMAGE_LABEL


def test_hosts_are_reached_with_the_key_of_this_run_alone() -> None:
    assert TOLD["ssh"] == {"user": "root", "keys": ["/run/of/benchmark/key"], "keys_only": True}
