"""Reviews of pull requests, the files of commits, and whether they can be merged, as PyGithub reads them."""

from __future__ import annotations

import pytest
from github import GithubException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


@pytest.fixture
def number(hub: Hub) -> int:
    hub.push_file("topic", "a/b.txt", "a\n", "Add a")
    return hub.open_pull("topic", "Topic")


def by(hub: Hub, login: str) -> Hub:
    return Hub(hub.url, hub.full_name, login=login)


def test_reviews_are_told_in_their_order_with_the_commit_they_are_of(
    hub: Hub, repo: ApiRepository, number: int
) -> None:
    first = hub.head("topic")
    by(hub, "noah").review(number, "REQUEST_CHANGES", "No.")
    second = hub.push_file("topic", "a/b.txt", "b\n", "Change a")
    by(hub, "mia").review(number)
    found = [(review.user.login, review.state, review.commit_id) for review in repo.get_pull(number).get_reviews()]
    assert found == [("noah", "CHANGES_REQUESTED", first), ("mia", "APPROVED", second)]


def test_many_reviews_are_listed_page_by_page(hub: Hub, repo: ApiRepository, number: int) -> None:
    noah = by(hub, "noah")
    for word in range(35):
        noah.review(number, "COMMENT", f"{word}")
    assert [review.body for review in repo.get_pull(number).get_reviews()] == [f"{word}" for word in range(35)]


def test_nobody_approves_their_own_pull_request(repo: ApiRepository, number: int) -> None:
    repo.create_git_ref("refs/heads/mine", repo.get_branch("topic").commit.sha)
    mine = repo.create_pull("master", "mine", title="Mine")
    with pytest.raises(GithubException, match="Can not approve your own pull request") as refused:
        mine.create_review(event="APPROVE")
    assert refused.value.status == 422
    assert repo.get_pull(number).create_review(event="APPROVE").state == "APPROVED"


def test_a_dismissed_review_says_so_and_a_comment_cannot_be(hub: Hub, repo: ApiRepository, number: int) -> None:
    noah = by(hub, "noah")
    hub.dismiss(number, noah.review(number))
    noah.review(number, "COMMENT", "Hm.")
    reviews = list(repo.get_pull(number).get_reviews())
    assert [review.state for review in reviews] == ["DISMISSED", "COMMENTED"]
    with pytest.raises(GithubException, match="Can not dismiss a commented pull request review"):
        reviews[1].dismiss("It is outdated.")


def test_an_approval_is_what_a_protected_branch_waits_for(hub: Hub, repo: ApiRepository, number: int) -> None:
    hub.protect("master", approvals=1)
    mia = by(hub, "mia")
    approval = mia.review(number)
    mia.review(number, "COMMENT", "And well done.")
    assert mergeable_state(repo, number) == "clean"
    hub.dismiss(number, approval)
    assert mergeable_state(repo, number) == "blocked"


def mergeable_state(repo: ApiRepository, number: int) -> str:
    return repo.get_pull(number).mergeable_state


def test_whether_it_can_be_merged_is_not_known_to_whoever_asks_first(
    hub: Hub, repo: ApiRepository, number: int
) -> None:
    hub.push_file("topic", "a/b.txt", "b\n", "Change a")
    found = [(pull.mergeable, pull.mergeable_state) for pull in (repo.get_pull(number), repo.get_pull(number))]
    assert found == [(None, "unknown"), (True, "clean")]


def test_a_tree_has_all_files_of_a_commit(repo: ApiRepository, number: int) -> None:
    tree = repo.get_git_tree(str(repo.get_pull(number).head.sha), recursive=True)
    assert [(entry.path, entry.type) for entry in tree.tree] == [
        ("README.md", "blob"),
        ("a", "tree"),
        ("a/b.txt", "blob"),
    ]
    assert [entry.path for entry in repo.get_git_tree("topic").tree] == ["README.md", "a"]
    assert [entry.path for entry in repo.get_git_tree(tree.sha).tree] == ["README.md", "a"]
    for unknown in ("0" * 40, "--help"):
        with pytest.raises(GithubException) as refused:
            repo.get_git_tree(unknown)
        assert refused.value.status == 404
