"""A container for each of two versions, for the tests of balancers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.haproxies import Server


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
