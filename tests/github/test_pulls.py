"""What GitHub tells of pull requests late, not at all, or not whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from pydantic import SecretStr

from shippy.config.github import GitHub
from shippy.github import GitHubRepository, connect
from shippy.github.pulls import MOST_COMPARED_FILES
from shippy.github.standing import LOOKS
from tests.github.scripted import Reply, ScriptedServer, scripted_server

BASE, HEAD = "b" * 40, "c" * 40


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def repository(server: ScriptedServer) -> Iterator[GitHubRepository]:
    with closing(connect(GitHub(api_url=f"{server.url}/api/v3", token=SecretStr("t0ken")), 5)) as github:
        yield GitHubRepository(github, "acme/web")


def pull(mergeable: bool | None, **more: Any) -> Reply:
    ends = {"head": {"ref": "x", "sha": HEAD}, "base": {"ref": "master", "sha": BASE}}
    return Reply(content={"number": 12, "state": "open", "draft": False, "mergeable": mergeable, **ends, **more})


def test_what_github_is_still_working_out_is_asked_for_again_and_not_for_ever(
    server: ScriptedServer, repository: GitHubRepository
) -> None:
    server.replies = [pull(None), pull(None), pull(False)]
    assert repository.pull_state(12).mergeable is False
    server.replies = [pull(None) for _ in range(LOOKS)]
    assert repository.pull_state(12).mergeable is None
    assert server.replies == []


def test_files_beyond_what_a_comparison_has_are_found_in_the_trees_and_what_is_cut_off_is_told(
    server: ScriptedServer, repository: GitHubRepository
) -> None:
    listed = [{"filename": f"{number}.txt", "status": "modified"} for number in range(MOST_COMPARED_FILES)]
    compared = {"merge_base_commit": {"sha": BASE, "url": "/x"}, "files": listed, "commits": [], "total_commits": 0}
    before = {
        "sha": BASE,
        "truncated": False,
        "tree": [entry("kept", "1"), entry("dir", "2", "tree"), entry("gone", "3")],
    }
    after = {"sha": HEAD, "truncated": True, "tree": [entry("kept", "1"), entry("dir", "4", "tree"), entry("new", "3")]}
    server.replies = [Reply(content=compared), Reply(content=before), Reply(content=after)]
    found = repository.files("master", HEAD)
    assert found.paths - {file["filename"] for file in listed} == {"gone", "new"}
    assert not found.complete


def entry(path: str, sha: str, kind: str = "blob") -> dict[str, str]:
    return {"path": path, "mode": "100644", "type": kind, "sha": sha * 40}
