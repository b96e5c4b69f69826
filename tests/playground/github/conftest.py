"""One GitHub for all tests here, and a repository of its own for each, with one commit on master."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from github import Auth, Github
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub
from playground.machine.server import Server, start_server

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server has its repositories."""
    return tmp_path_factory.mktemp("github")


@pytest.fixture(scope="session")
def server(root: Path) -> Iterator[Server]:
    with start_server("playground.github", "--root", root) as started:
        yield started


@pytest.fixture(scope="session")
def template(server: Server, root: Path) -> Path:
    """A bare repository with one commit, to be copied: that is faster than pushing the same to each."""
    hub = Hub(server.url, "acme/template")
    hub.create()
    hub.push_file("master", "README.md", "hello\n", "Start")
    return root / "acme" / "template.git"


@pytest.fixture
def hub(server: Server, template: Path) -> Iterator[Hub]:
    """The repository as the playground's own parts reach it."""
    name = f"web-{next(numbers)}"
    shutil.copytree(template, template.with_name(f"{name}.git"))
    hub = Hub(server.url, f"acme/{name}")
    hub.create()
    yield hub
    hub.clear_faults()
    hub.set_budget()


@pytest.fixture
def github(server: Server) -> Iterator[Github]:
    """GitHub as PyGithub reaches it, without its own retries and pauses: it would wait a second after each write."""
    url, auth = str(server.info["api_url"]), Auth.Token(str(server.info["token"]))
    with Github(
        base_url=url, auth=auth, retry=None, seconds_between_requests=None, seconds_between_writes=None
    ) as client:
        yield client


@pytest.fixture
def repo(github: Github, hub: Hub) -> ApiRepository:
    """The same repository as `hub`, as PyGithub reaches it."""
    return github.get_repo(hub.full_name)
