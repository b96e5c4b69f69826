"""Comparisons, as PyGithub gets them."""

from __future__ import annotations

import pytest
from github import UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


def test_ahead_behind_diverged_and_identical(hub: Hub, repo: ApiRepository) -> None:
    start = hub.head("master")
    for number in range(3):
        hub.push_file("topic", "a.txt", f"{number}\n", f"Number {number}")
    hub.push_file("master", "b.txt", "b\n", "Add b")

    def told(base: str, head: str) -> tuple[str, int, int]:
        comparison = repo.compare(base, head)
        return comparison.status, comparison.ahead_by, comparison.behind_by

    assert told("master", "topic") == ("diverged", 3, 1)
    assert told("topic", "master") == ("diverged", 1, 3)
    assert told(start, "topic") == ("ahead", 3, 0)
    assert told("topic", start) == ("behind", 0, 3)
    assert told("master", "master") == ("identical", 0, 0)


def test_the_commits_are_those_that_base_lacks_oldest_first(hub: Hub, repo: ApiRepository) -> None:
    for number in range(3):
        hub.push_file("topic", "a.txt", f"{number}\n", f"Number {number}")
    comparison = repo.compare("master", "topic")
    assert [commit.commit.message for commit in comparison.commits] == ["Number 0", "Number 1", "Number 2"]
    assert comparison.total_commits == 3
    assert comparison.html_url == f"{hub.page}/compare/master...topic"
    assert [(file.filename, file.status) for file in comparison.files] == [("a.txt", "added")]


def test_a_comparison_with_nothing_there_is_404(repo: ApiRepository) -> None:
    with pytest.raises(UnknownObjectException):
        repo.compare("master", "nope").ahead_by  # noqa: B018 - PyGithub asks when the value is wanted
