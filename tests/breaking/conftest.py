"""A theatre for the tests of this folder: a world that is broken in one case after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.breaking.running import Theatre


@pytest.fixture(scope="package")
def theatre() -> Iterator[Theatre]:
    with Theatre(lambda _: None) as opened:
        yield opened
