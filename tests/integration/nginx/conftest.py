"""A world for the nginxes of a test, and a container for each version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.machine.world import World
from tests.integration.haproxies import Server


@pytest.fixture
def world() -> Iterator[World]:
    with World.claim() as claimed:
        yield claimed


@pytest.fixture
def old() -> Iterator[Server]:
    server = Server("web-1", "old")
    yield server
    server.stop()


@pytest.fixture
def new() -> Iterator[Server]:
    server = Server("web-1", "new")
    yield server
    server.stop()
