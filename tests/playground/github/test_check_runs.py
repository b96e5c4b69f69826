"""Check runs and rulesets: what PyGithub sees of them, what merges keep to, and what the pages show."""

from __future__ import annotations

import pytest
import requests
from github import GithubException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


def test_the_latest_run_of_a_name_is_listed_and_all_of_them_where_that_is_asked_for(
    hub: Hub, repo: ApiRepository
) -> None:
    sha = hub.head("master")
    for state in ("failure", "in_progress", "success"):
        hub.report_check(sha, "tests", state, title=f"it is {state}")
    commit = repo.get_commit(sha)
    (run,) = commit.get_check_runs(filter="latest")
    assert (run.name, run.status, run.conclusion, run.output.title) == (
        "tests",
        "completed",
        "success",
        "it is success",
    )
    assert [each.conclusion for each in commit.get_check_runs(filter="all")] == ["success", None, "failure"]
    assert commit.get_combined_status().total_count == 0


def test_a_conclusion_completes_a_run_and_nothing_completes_without_one(hub: Hub, repo: ApiRepository) -> None:
    number = hub.report_check(hub.head("master"), "tests", "queued")
    url = f"{repo.url}/check-runs/{number}"
    whose = {"Authorization": f"Bearer {hub.token}"}
    assert requests.patch(url, json={"status": "completed"}, headers=whose, timeout=10).status_code == 422
    done = requests.patch(url, json={"conclusion": "neutral"}, headers=whose, timeout=10).json()
    assert (done["status"], done["conclusion"]) == ("completed", "neutral")


def test_only_the_app_that_made_a_run_changes_it(hub: Hub, repo: ApiRepository) -> None:
    number = hub.report_check(hub.head("master"), "tests", "queued")
    with pytest.raises(GithubException) as refused:
        repo.requester.requestJsonAndCheck("PATCH", f"{repo.url}/check-runs/{number}", input={"conclusion": "success"})
    assert refused.value.status == 403


def test_a_merge_waits_for_what_a_ruleset_asks_for_and_a_skipped_run_will_do(hub: Hub) -> None:
    sha = hub.push_file("topic", "a.txt", "a\n", "Add a")
    number = hub.open_pull("topic", "The topic")
    hub.add_ruleset("master", "tests")
    for state, words in ((None, "is expected"), ("queued", "is pending"), ("failure", "is failing")):
        if state:
            hub.report_check(sha, "tests", state)
        with pytest.raises(requests.HTTPError) as refused:
            hub.merge(number)
        assert f'Required status check "tests" {words}.' in refused.value.response.json()["message"]
    hub.report_check(sha, "tests", "skipped")
    hub.set_status(sha, "tests", "failure")
    with pytest.raises(requests.HTTPError):
        hub.merge(number)
    hub.set_status(sha, "tests", "success")
    assert hub.merge(number)


def test_the_pages_show_check_runs_beside_statuses(hub: Hub) -> None:
    sha = hub.push_file("topic", "a.txt", "a\n", "Add a")
    number = hub.open_pull("topic", "The topic")
    hub.set_status(sha, "ci/build", "success")
    hub.report_check(sha, "unit tests", "timed_out")
    for url in (hub.page, f"{hub.page}/pull/{number}", f"{hub.page}/commit/{sha}"):
        shown = requests.get(url, timeout=10).text
        assert all(words in shown for words in ("ci/build", "unit tests", "timed out"))
