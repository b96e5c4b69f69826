"""A whole world for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from playground.stage import Stage
from playground.visitors.client import Visitors
from tests.staging import live_stage


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with live_stage(tmp_path_factory.mktemp("stage")) as started:
        yield started


@pytest.fixture
def visitors(stage: Stage) -> Iterator[Visitors]:
    """Steady visitors of the live site, for one test."""
    with ExitStack() as ending:
        yield stage.visitors(ending)
