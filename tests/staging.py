"""A whole world for tests: real engines, registry and balancers, and shippy as a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playground.stage import Stage, start_stage


@contextmanager
def live_stage(folder: Path) -> Iterator[Stage]:
    """With master live, and the daemon running."""
    with ExitStack() as ending:
        started = start_stage(folder, ending)
        started.go_live()
        yield started
