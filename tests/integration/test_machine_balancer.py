"""A balancer of a place's own: reloaded, refusing to be, and restarted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.machine.balancer import Balancer, Ports, ReloadFailed
from playground.machine.probes import exchange, http_answers
from playground.machine.process import ProcessFailed
from playground.machine.topology import free_port
from playground.machine.world import World

SITE = """
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
frontend site
    bind {address}:{port}
    http-request return status {status}
"""


@pytest.fixture
def balancer(world: World) -> Iterator[Balancer]:
    made = Balancer(world.here("lb1"), Ports(public=free_port(), vip=free_port(), runtime=free_port()))
    yield made
    made.stop()


def site(balancer: Balancer, status: int = 200) -> str:
    return balancer.runtime_sockets() + SITE.format(address=balancer.address, port=balancer.ports.public, status=status)


def answers(balancer: Balancer) -> bool:
    return http_answers((balancer.address, balancer.ports.public), "/")


def test_the_runtime_api_is_reached_both_ways(balancer: Balancer) -> None:
    balancer.start(site(balancer))
    for address in (balancer.socket, (balancer.address, balancer.ports.runtime)):
        assert "Pid: " in exchange(address, "show info\n", half_close=True)


def test_a_configuration_that_is_refused_at_the_start_is_told(balancer: Balancer) -> None:
    with pytest.raises(ProcessFailed, match="unknown keyword 'nonsense'"):
        balancer.start("nonsense\n")


def test_a_reload_takes_the_new_configuration(balancer: Balancer) -> None:
    balancer.start(site(balancer, status=503))
    assert not answers(balancer)
    balancer.reload(site(balancer, status=200))
    assert answers(balancer)


def test_a_reload_that_is_refused_changes_nothing(balancer: Balancer) -> None:
    balancer.start(site(balancer))
    with pytest.raises(ReloadFailed, match="unknown keyword 'nonsense'"):
        balancer.reload(site(balancer) + "nonsense\n")
    assert answers(balancer)
    balancer.reload(site(balancer))
    assert answers(balancer)


def test_what_is_in_its_files_is_read_too(balancer: Balancer) -> None:
    page = Path(balancer.files, "site.cfg")
    page.write_text(SITE.format(address=balancer.address, port=balancer.ports.public, status=200))
    balancer.start(balancer.runtime_sockets())
    assert answers(balancer)


def test_a_restarted_balancer_is_there_again(balancer: Balancer) -> None:
    balancer.start(site(balancer))
    balancer.restart()
    assert answers(balancer)
    balancer.stop()
    assert not answers(balancer)
