"""The sample app's branches: what their commits are, before anything is built from them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.github.client import Hub
from playground.machine.server import start_server
from playground.sample.branches import BRANCHES, MAIN, plant, write


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with start_server("playground.github", "--root", tmp_path_factory.mktemp("github")) as server:
        hub = Hub(server.url)
        plant(hub)
        yield hub


def heads(repository: Path) -> str:
    listed = ["git", "-C", str(repository), "for-each-ref"]
    return subprocess.run(listed, check=True, capture_output=True, text=True, timeout=10).stdout


def test_the_commits_are_the_same_wherever_they_are_made(tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "two")
    assert heads(tmp_path / "one") == heads(tmp_path / "two")
    assert len(heads(tmp_path / "one").splitlines()) == len(BRANCHES) + 1


def test_every_branch_has_a_pull_request_in_the_order_of_the_table(hub: Hub) -> None:
    pulls = [hub.pull(number) for number in range(1, len(BRANCHES) + 1)]
    assert [(pull["head"]["ref"], pull["title"], pull["user"]["login"]) for pull in pulls] == [
        (branch.name, branch.title, branch.author.login) for branch in BRANCHES
    ]
    assert [pull["commits"] for pull in pulls] == [1] * len(BRANCHES)


def test_only_the_branches_that_say_so_lack_qa_or_are_behind(hub: Hub) -> None:
    for branch in BRANCHES:
        assert ("qa/sign-off" in hub.statuses(branch.name)) == branch.signed_off, branch.name
        assert (hub.compare(MAIN, branch.name)["behind_by"] == 1) == branch.behind, branch.name


def test_only_one_branch_conflicts_with_master_and_one_more_once_its_rival_is_merged(hub: Hub) -> None:
    numbers = {branch.name: number for number, branch in enumerate(BRANCHES, start=1)}
    assert [name for name, number in numbers.items() if not hub.mergeable(number)] == ["conflict"]
    hub.merge(numbers["green-button"])
    conflicting = [name for name, number in numbers.items() if hub.mergeable(number) is False]
    assert sorted(conflicting) == ["behind-master", "conflict", "rival-button"]
