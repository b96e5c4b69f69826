"""The Git Database API: commits and refs that are made without a push."""

from __future__ import annotations

import pytest
from github import GithubException, UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub

NO_OBJECT = "0123456789" * 4


def test_a_commit_is_made_of_a_tree_and_parents_and_gets_a_branch(hub: Hub, repo: ApiRepository) -> None:
    first = hub.head("master")
    second = hub.push_file("master", "a.txt", "a\n", "Add a")
    parent = repo.get_git_commit(second)
    made = repo.create_git_commit("Take it back\n\nAll of it.", repo.get_git_commit(first).tree, [parent])
    ref = repo.create_git_ref("refs/heads/topic/back", made.sha)
    assert (ref.ref, ref.object.sha) == ("refs/heads/topic/back", made.sha)
    with hub.checkout() as checkout:
        assert checkout.git("log", "-1", "--format=%B|%an|%P", "origin/topic/back") == (
            f"Take it back\n\nAll of it.\n|{made.author.name}|{second}"
        )
        assert checkout.git("ls-tree", "--name-only", "origin/topic/back") == "README.md"
    assert [event["kind"] for event in hub.events()][-1] == "push"


def test_a_branch_that_is_there_is_not_made_again(hub: Hub, repo: ApiRepository) -> None:
    before = hub.head("master")
    other = hub.push_file("topic", "a.txt", "a\n", "Add a")
    with pytest.raises(GithubException, match="Reference already exists") as refused:
        repo.create_git_ref("refs/heads/master", other)
    assert refused.value.status == 422
    assert hub.head("master") == before


@pytest.mark.parametrize(
    ("ref", "sha", "words"),
    [
        ("refs/heads/topic", NO_OBJECT, "Object does not exist"),
        ("heads/topic", "", "not a valid ref name"),
        ("refs/topic", "", "not a valid ref name"),
        ("refs/heads/a..b", "", "not a valid ref name"),
        ("refs/heads/master/topic", "", "Reference update failed"),
    ],
)
def test_a_ref_that_cannot_be_is_refused(hub: Hub, repo: ApiRepository, ref: str, sha: str, words: str) -> None:
    with pytest.raises(GithubException, match=words) as refused:
        repo.create_git_ref(ref, sha or hub.head("master"))
    assert refused.value.status == 422
    assert list(hub.branches()) == ["master"]


def test_a_commit_of_what_is_not_there_is_refused(hub: Hub, repo: ApiRepository) -> None:
    head = repo.get_git_commit(hub.head("master"))
    ask = repo.requester.requestJsonAndCheck
    for given, words in (
        ({"tree": NO_OBJECT, "parents": [head.sha]}, "Tree SHA does not exist"),
        ({"tree": head.sha, "parents": []}, "Tree SHA does not exist"),
        ({"tree": head.tree.sha, "parents": [NO_OBJECT]}, "Parent SHA does not exist"),
        ({"tree": head.tree.sha, "parents": [head.tree.sha]}, "Parent SHA does not exist"),
    ):
        with pytest.raises(GithubException, match=words):
            ask("POST", f"{repo.url}/git/commits", input={"message": "A change", **given})


@pytest.mark.parametrize("sha", [NO_OBJECT, "master"])
def test_a_commit_that_is_not_there_is_404(repo: ApiRepository, sha: str) -> None:
    with pytest.raises(UnknownObjectException):
        repo.get_git_commit(sha)
