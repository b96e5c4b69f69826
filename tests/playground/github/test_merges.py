"""Merges, and every way in which GitHub refuses one, as PyGithub asks for them."""

from __future__ import annotations

import pytest
from github import GithubException
from github.PullRequest import PullRequest
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


@pytest.fixture
def pull(hub: Hub, repo: ApiRepository) -> PullRequest:
    """Two commits that change README.md, on a branch called topic."""
    hub.push_file("topic", "README.md", "hello you\n", "Greet")
    hub.push_file("topic", "README.md", "hello world\n", "Greet all")
    return repo.get_pull(hub.open_pull("topic", "Greet all"))


def content(hub: Hub, path: str = "README.md") -> str:
    with hub.checkout() as checkout:
        return (checkout.directory / path).read_text()


def test_a_merge_has_both_parents_and_its_message(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    before, head = hub.head("master"), pull.head.sha
    answer = pull.merge("By deploy 12", commit_title="Ship topic", sha=head)
    merge = repo.get_commit("master")
    assert (answer.merged, answer.sha) == (True, merge.sha)
    assert [parent.sha for parent in merge.parents] == [before, head]
    assert merge.commit.message == "Ship topic\n\nBy deploy 12"
    assert content(hub) == "hello world\n"
    assert (pull.update(), pull.merged, pull.state, pull.merge_commit_sha) == (True, True, "closed", merge.sha)


def test_a_squash_is_one_commit(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    before = hub.head("master")
    pull.merge(merge_method="squash")
    commit = repo.get_commit("master")
    assert [parent.sha for parent in commit.parents] == [before]
    assert commit.commit.message == f"Greet all (#{pull.number})"
    assert content(hub) == "hello world\n"
    assert repo.get_pull(pull.number).merged


def test_a_rebase_puts_each_commit_on_top(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    hub.push_file("master", "other.txt", "other\n", "Other")
    pull.merge(merge_method="rebase")
    messages = [commit.commit.message for commit in repo.get_commits()]
    assert messages == ["Greet all", "Greet", "Other", "Start"]
    assert (content(hub), content(hub, "other.txt")) == ("hello world\n", "other\n")


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_conflict_is_refused_and_changes_nothing(
    hub: Hub, repo: ApiRepository, pull: PullRequest, method: str
) -> None:
    master = hub.push_file("master", "README.md", "hello moon\n", "Greet the moon")
    assert hub.mergeable(pull.number) is False
    assert repo.get_pull(pull.number).mergeable_state == "dirty"
    with pytest.raises(GithubException, match="Pull Request is not mergeable") as refused:
        pull.merge(merge_method=method)
    assert (refused.value.status, hub.head("master")) == (405, master)
    assert repo.get_pull(pull.number).state == "open"


def test_a_head_that_has_moved_is_refused(hub: Hub, pull: PullRequest) -> None:
    verified, master = pull.head.sha, hub.head("master")
    hub.push_file("topic", "README.md", "hello!\n", "Not verified")
    with pytest.raises(GithubException, match="Head branch was modified") as refused:
        pull.merge(sha=verified)
    assert (refused.value.status, hub.head("master")) == (409, master)


def test_a_protected_branch_wants_its_contexts(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    hub.protect("master", "ci/build", "qa/sign-off")
    assert repo.get_branch("master").protected
    for state, message in (
        (None, "2 of 2 required status checks have not succeeded: 2 expected."),
        ("success", 'Required status check "qa/sign-off" is expected.'),
        ("pending", 'Required status check "qa/sign-off" is pending.'),
        ("failure", 'Required status check "qa/sign-off" is failing.'),
    ):
        if state:
            hub.set_status(pull.head.sha, "ci/build", "success")
        if state in {"pending", "failure"}:
            hub.set_status(pull.head.sha, "qa/sign-off", state)
        with pytest.raises(GithubException) as refused:
            pull.merge()
        assert (refused.value.status, refused.value.message) == (405, message)
    assert repo.get_pull(pull.number).mergeable_state == "blocked"
    hub.sign_off(pull.number)
    assert pull.merge().merged


def test_a_protected_branch_wants_its_reviews(hub: Hub, pull: PullRequest) -> None:
    hub.protect("master", approvals=1)
    with pytest.raises(GithubException, match="At least 1 approving review is required by reviewers with write access"):
        pull.merge()


def test_what_is_closed_or_a_draft_is_not_merged(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    pull.edit(state="closed")
    with pytest.raises(GithubException, match="Pull Request is not mergeable"):
        pull.merge()
    draft = repo.get_pull(hub.open_pull("topic", "Again", draft=True))
    with pytest.raises(GithubException, match="still a draft"):
        draft.merge()


def test_branches_merge_without_a_pull_request(hub: Hub, repo: ApiRepository) -> None:
    head = hub.push_file("topic", "a.txt", "a\n", "Add a")
    merged = repo.merge("master", head, "Ship topic")
    assert merged is not None
    assert (merged.sha, merged.commit.message) == (hub.head("master"), "Ship topic")
    assert repo.merge("master", head) is None


def test_a_merge_of_branches_closes_their_pull_request(hub: Hub, repo: ApiRepository, pull: PullRequest) -> None:
    repo.merge("master", pull.head.sha)
    after = repo.get_pull(pull.number)
    assert (after.merged, after.merge_commit_sha) == (True, hub.head("master"))


@pytest.mark.parametrize(
    ("base", "head", "status", "message"),
    [
        ("nope", "topic", 404, "Base does not exist"),
        ("master", "nope", 404, "Head does not exist"),
        ("master", "topic", 409, "Merge conflict"),
    ],
)
def test_a_merge_of_branches_is_refused(
    hub: Hub, repo: ApiRepository, *, base: str, head: str, status: int, message: str
) -> None:
    hub.push_file("topic", "README.md", "hello you\n", "Greet")
    hub.push_file("master", "README.md", "hello moon\n", "Greet the moon")
    with pytest.raises(GithubException, match=message) as refused:
        repo.merge(base, head)
    assert refused.value.status == status
