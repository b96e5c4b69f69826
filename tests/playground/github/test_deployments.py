"""Deployments and comments, as PyGithub makes and gets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from github import GithubException
from github.Deployment import Deployment
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub

EVIL = '<script>alert("1")</script>'


def made(
    repo: ApiRepository, ref: str = "master", environment: str = "production", *, production: bool = False
) -> Deployment:
    return repo.create_deployment(
        ref,
        auto_merge=False,
        required_contexts=[],
        environment=environment,
        production_environment=production,
        payload={"id": ref},
    )


def states(deployment: Deployment) -> list[str]:
    """Newest first."""
    return [status.state for status in deployment.get_statuses()]


def test_a_deployment_is_of_the_commit_that_its_ref_stands_for(hub: Hub, repo: ApiRepository) -> None:
    deployment = made(repo)
    assert (deployment.sha, deployment.ref, deployment.environment) == (hub.head("master"), "master", "production")
    assert repo.get_deployment(deployment.id).payload == {"id": "master"}


def test_deployments_are_filtered_and_the_newest_comes_first(hub: Hub, repo: ApiRepository) -> None:
    before = hub.head("master")
    first = made(repo)
    hub.push_file("master", "a.txt", "a\n", "Add a")
    second, elsewhere = made(repo), made(repo, environment="staging")
    assert [one.id for one in repo.get_deployments()] == [elsewhere.id, second.id, first.id]
    assert [one.id for one in repo.get_deployments(environment="production")] == [second.id, first.id]
    assert [one.id for one in repo.get_deployments(sha=before)] == [first.id]


def test_a_commit_that_is_not_green_is_deployed_only_without_required_contexts(hub: Hub, repo: ApiRepository) -> None:
    hub.set_status(hub.head("master"), "ci/build", "failure")
    with pytest.raises(GithubException, match="Commit status checks failed for master") as refused:
        repo.create_deployment("master")
    assert refused.value.status == 409
    with pytest.raises(GithubException, match="Commit status checks failed for master"):
        repo.create_deployment("master", required_contexts=["qa/sign-off"])
    assert made(repo).sha == hub.head("master")


def test_a_ref_that_is_not_there_is_refused(repo: ApiRepository) -> None:
    with pytest.raises(GithubException, match="No ref found for: nope") as refused:
        made(repo, "nope")
    assert refused.value.status == 422


def test_a_success_puts_earlier_ones_of_its_environment_out_of_use_unless_users_see_it(repo: ApiRepository) -> None:
    seen, first, other = made(repo, production=True), made(repo), made(repo, environment="staging")
    for deployment in (seen, first, other):
        deployment.create_status("success")
    second = made(repo)
    second.create_status("in_progress")
    second.create_status("success", auto_inactive=False)
    assert states(first) == ["success"]
    second.create_status("success")
    assert (states(seen), states(first), states(other)) == (["success"], ["inactive", "success"], ["success"])


def test_a_status_has_its_addresses(repo: ApiRepository) -> None:
    status = made(repo).create_status("in_progress", "http://chat.example.com/1", "25 %", environment_url="http://x/")
    assert (status.state, status.description, status.target_url) == ("in_progress", "25 %", "http://chat.example.com/1")
    assert (status.raw_data["log_url"], status.environment_url) == ("http://chat.example.com/1", "http://x/")


def test_a_status_that_is_none_is_refused(repo: ApiRepository) -> None:
    with pytest.raises(GithubException, match="state is not included in the list"):
        made(repo).create_status("green")
    with pytest.raises(GithubException, match="description is too long"):
        made(repo).create_status("success", description="x" * 141)


def test_comments_come_in_pages_and_since_a_time(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    pull = repo.get_pull(hub.open_pull("topic", "The topic"))
    for number in range(35):
        pull.create_issue_comment(f"Comment {number}")
    assert [comment.body for comment in pull.get_issue_comments()] == [f"Comment {number}" for number in range(35)]
    url = f"{repo.url}/issues/{pull.number}/comments"
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert repo.requester.requestJsonAndCheck("GET", url, parameters={"since": later})[1] == []


def test_a_comment_is_edited_and_deleted(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    pull = repo.get_pull(hub.open_pull("topic", "The topic"))
    comment = pull.create_issue_comment("This")
    comment.edit("That")
    assert [one.body for one in pull.get_issue_comments()] == ["That"]
    comment.delete()
    assert list(pull.get_issue_comments()) == []
    with pytest.raises(GithubException, match="Validation Failed"):
        pull.create_issue_comment(" ")


def test_a_pull_request_s_page_shows_both(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    pull = repo.get_pull(hub.open_pull("topic", "The topic"))
    made(repo, "topic").create_status("in_progress", "http://chat.example.com/1", "25 % of the traffic")
    pull.create_issue_comment(f"<!-- hidden -->\n**Bold** `code @you` [chat](http://chat.example.com/2) {EVIL}")
    shown = requests.get(f"{hub.page}/pull/{pull.number}", timeout=10).text
    for text in ("in progress", "25 % of the traffic", "http://chat.example.com/1", "<strong>Bold</strong>"):
        assert text in shown
    assert "<code>code @you</code>" in shown
    assert '<a href="http://chat.example.com/2">chat</a>' in shown
    assert EVIL not in shown
    assert "hidden" not in shown
