"""A world for the nginxes of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.machine.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with World.claim() as claimed:
        yield claimed
