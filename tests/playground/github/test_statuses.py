"""Commit statuses, as PyGithub sets and gets them."""

from __future__ import annotations

import pytest
from github import GithubException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


def test_without_a_status_a_commit_is_pending(repo: ApiRepository) -> None:
    combined = repo.get_commit("master").get_combined_status()
    assert (combined.state, combined.total_count) == ("pending", 0)


@pytest.mark.parametrize(
    ("states", "together"),
    [
        (["success", "success"], "success"),
        (["success", "pending"], "pending"),
        (["pending", "failure"], "failure"),
        (["success", "error"], "failure"),
    ],
)
def test_statuses_come_to_one_state_together(hub: Hub, repo: ApiRepository, states: list[str], together: str) -> None:
    for number, state in enumerate(states):
        hub.set_status(hub.head("master"), f"check-{number}", state)
    assert repo.get_commit("master").get_combined_status().state == together


def test_the_latest_status_of_a_context_counts_and_all_are_kept(hub: Hub, repo: ApiRepository) -> None:
    commit = repo.get_commit("master")
    for state in ("pending", "failure", "success"):
        commit.create_status(state, "http://ci.example.com/1", f"it is {state}", "ci/build")
    combined = commit.get_combined_status()
    assert [(status.context, status.state) for status in combined.statuses] == [("ci/build", "success")]
    assert [status.state for status in commit.get_statuses()] == ["success", "failure", "pending"]
    latest = hub.statuses("master")["ci/build"]
    assert (latest["description"], latest["target_url"]) == ("it is success", "http://ci.example.com/1")


def test_more_statuses_than_a_page_holds_are_all_there(hub: Hub, repo: ApiRepository) -> None:
    sha = hub.head("master")
    for number in range(105):
        hub.set_status(sha, f"check-{number:03}", "success")
    assert repo.get_commit(sha).get_combined_status().total_count == 105
    assert repo.get_commit(sha).get_statuses().totalCount == 105
    assert len(list(repo.get_commit(sha).get_statuses())) == 105


def test_a_status_for_an_unknown_or_short_sha_is_refused(hub: Hub, repo: ApiRepository) -> None:
    commit = repo.get_commit("master")
    path = commit.url.rpartition("/")[0].replace("commits", "statuses")
    for sha in ("0" * 40, commit.sha[:7]):
        with pytest.raises(GithubException, match=f"No commit found for SHA: {sha}") as refused:
            commit.requester.requestJsonAndCheck("POST", f"{path}/{sha}", input={"state": "success"})
        assert refused.value.status == 422
    assert hub.statuses("master") == {}


def test_a_status_that_is_no_status_is_refused(repo: ApiRepository) -> None:
    commit = repo.get_commit("master")
    with pytest.raises(GithubException, match="state is not included in the list"):
        commit.create_status("green")
    with pytest.raises(GithubException, match="description is too long"):
        commit.create_status("success", description="x" * 141)


def test_waiting_for_a_status_ends_when_it_comes(hub: Hub) -> None:
    sha = hub.push_file("topic", "a.txt", "a\n", "Add a")
    with pytest.raises(TimeoutError, match="qa/sign-off of topic is missing, not success"):
        hub.wait_for_status("topic", "qa/sign-off", "success", seconds=0.2)
    assert hub.sign_off("topic", "Kim") == sha
    assert hub.wait_for_status("topic", "qa/sign-off", "success")["description"] == "signed off by Kim"
