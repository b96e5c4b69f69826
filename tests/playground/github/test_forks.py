"""Forks, and pull requests from them."""

from __future__ import annotations

import pytest
from github import Github, UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


@pytest.fixture
def fork(hub: Hub) -> Hub:
    return hub.fork("mallory")


def test_a_fork_has_what_its_repository_had(hub: Hub, fork: Hub, github: Github) -> None:
    assert fork.branches() == hub.branches()
    assert github.get_repo(fork.full_name).fork
    assert not github.get_repo(hub.full_name).fork


def test_a_pull_request_from_a_fork_tells_where_it_is_from_and_follows_it(
    hub: Hub, fork: Hub, repo: ApiRepository
) -> None:
    fork.push_file("feature/x", "a.txt", "a\n", "Add a")
    hub.push_file("feature/x", "b.txt", "b\n", "Add b")
    number = hub.open_pull("mallory:feature/x", "From outside")
    head = fork.push_file("feature/x", "a.txt", "aa\n", "Change a")
    pull = repo.get_pull(number)
    assert (pull.head.label, pull.head.ref, pull.head.sha) == ("mallory:feature/x", "feature/x", head)
    assert (pull.head.repo.full_name, pull.base.repo.full_name) == (fork.full_name, hub.full_name)
    assert [found.number for found in repo.get_pulls(head="mallory:feature/x")] == [number]
    assert list(repo.get_pulls(head="acme:feature/x")) == []


def test_a_pull_request_from_a_fork_is_merged_like_any_other(hub: Hub, fork: Hub, repo: ApiRepository) -> None:
    head = fork.push_file("feature-x", "a.txt", "a\n", "Add a")
    number = hub.open_pull("mallory:feature-x", "From outside")
    repo.get_pull(number).merge(sha=head)
    assert hub.contains("master", head)
    assert "feature-x" not in hub.branches()
    assert repo.get_commit(hub.head("master")).commit.message.startswith(
        f"Merge pull request #{number} from mallory/feature-x"
    )


def test_a_repository_knows_the_commits_of_its_forks(fork: Hub, repo: ApiRepository) -> None:
    head = fork.push_file("feature-x", "a.txt", "a\n", "Add a")
    assert repo.get_commit(head).sha == head
    with pytest.raises(UnknownObjectException):
        repo.get_branch("feature-x")
