"""Visitors of the whole world that tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from playground.stage import Stage
from playground.visitors.client import Visitors


@pytest.fixture
def visitors(stage: Stage) -> Iterator[Visitors]:
    """Steady visitors of the live site, for one test."""
    with ExitStack() as ending:
        yield stage.visitors(ending)
