"""What every file here is run with: a code host in memory, and one on real git repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from tests.contract.codehost.worlds import FakeWorld, GitHubWorld, World
from tests.github.served import Served

REPOSITORIES = count(1)


@pytest.fixture(params=["fake", "github"])
def world(request: pytest.FixtureRequest, served: Served) -> Iterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    hub = served.repository(f"web-{next(REPOSITORIES)}")
    with closing(served.connect()) as github:
        yield GitHubWorld(github, hub)
