"""A whole world for the tests of this folder: real engines, registry and balancers, and shippy as a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from playground.stage import Stage, start_stage
from playground.visitors.client import Visitors


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """With master live, and the daemon running."""
    folder = Path(tmp_path_factory.mktemp("stage"))
    with ExitStack() as ending:
        started = start_stage(folder, ending)
        started.go_live()
        yield started


@pytest.fixture
def visitors(stage: Stage) -> Iterator[Visitors]:
    """Steady visitors of the live site, for one test."""
    with ExitStack() as ending:
        yield stage.visitors(ending)
