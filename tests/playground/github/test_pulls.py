"""Pull requests, as PyGithub opens and finds them."""

from __future__ import annotations

import pytest
from github import GithubException, UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub


def test_a_pull_request_tells_what_it_is_for(hub: Hub, repo: ApiRepository) -> None:
    sha = hub.push_file("feature/größe", "a.txt", "a\n", "Add a")
    number = hub.open_pull("feature/größe", "A <b>title</b>", body="Because.")
    pull = repo.get_pull(number)
    assert (pull.title, pull.body, pull.state, pull.draft) == ("A <b>title</b>", "Because.", "open", False)
    assert (pull.head.ref, pull.head.sha, pull.base.ref) == ("feature/größe", sha, "master")
    assert (pull.mergeable, pull.mergeable_state, pull.merged) == (True, "clean", False)
    assert (pull.user.login, pull.html_url) == ("playground", f"{hub.page}/pull/{number}")
    assert [commit.sha for commit in pull.get_commits()] == [sha]


def test_pull_requests_are_found_by_their_branch_and_state(hub: Hub, repo: ApiRepository) -> None:
    for name in ("one", "two"):
        hub.push_file(name, "a.txt", f"{name}\n", f"Add {name}")
        hub.open_pull(name, name)
    repo.get_pull(1).edit(state="closed")
    assert [pull.title for pull in repo.get_pulls()] == ["two"]
    assert [pull.title for pull in repo.get_pulls(state="all")] == ["two", "one"]
    assert [pull.title for pull in repo.get_pulls(state="all", head="acme:one")] == ["one"]
    assert [pull.title for pull in repo.get_pulls(head="acme:nope")] == []


def test_many_pull_requests_are_listed_page_by_page(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    with hub.checkout() as checkout:
        checkout.switch("topic")
        names = [f"topic-{number}" for number in range(35)]
        checkout.git("push", "--quiet", "origin", *(f"HEAD:refs/heads/{name}" for name in names))
    for name in names:
        hub.open_pull(name, name)
    assert sorted(pull.title for pull in repo.get_pulls()) == sorted(names)


@pytest.mark.parametrize(
    ("head", "message"),
    [("nope", "Validation Failed"), ("same", "No commits between master and same"), ("taken", "already exists")],
)
def test_a_pull_request_that_makes_no_sense_is_refused(hub: Hub, repo: ApiRepository, head: str, message: str) -> None:
    hub.push_file("taken", "a.txt", "a\n", "Add a")
    hub.open_pull("taken", "Taken")
    with hub.checkout() as checkout:
        checkout.git("push", "--quiet", "origin", "HEAD:refs/heads/same")
    with pytest.raises(GithubException, match=message) as refused:
        repo.create_pull("master", head, title="Again")
    assert refused.value.status == 422


def test_a_pull_request_follows_its_branch(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    number = hub.open_pull("topic", "Topic")
    later = hub.push_file("topic", "a.txt", "b\n", "Change a")
    assert repo.get_pull(number).head.sha == later


def test_a_pull_request_whose_branch_is_deleted_is_closed(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    number = hub.open_pull("topic", "Topic")
    with hub.checkout() as checkout:
        checkout.git("push", "--quiet", "--delete", "origin", "topic")
    pull = repo.get_pull(number)
    assert (pull.state, pull.merged) == ("closed", False)


def test_a_pull_request_whose_commits_are_pushed_to_its_base_is_merged(hub: Hub, repo: ApiRepository) -> None:
    sha = hub.push_file("topic", "a.txt", "a\n", "Add a")
    number = hub.open_pull("topic", "Topic")
    with hub.checkout() as checkout:
        checkout.git("push", "--quiet", "origin", "origin/topic:refs/heads/master")
    pull = repo.get_pull(number)
    assert (pull.state, pull.merged, pull.merge_commit_sha) == ("closed", True, sha)


def test_a_pull_request_that_is_not_there_is_404(repo: ApiRepository) -> None:
    with pytest.raises(UnknownObjectException):
        repo.get_pull(99)


def test_a_branch_is_brought_up_to_date_with_its_base(hub: Hub, repo: ApiRepository) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    hub.push_file("master", "b.txt", "b\n", "Add b")
    pull = repo.get_pull(hub.open_pull("topic", "Topic"))
    assert repo.compare("master", "topic").behind_by == 1
    assert pull.update_branch()
    assert repo.compare("master", "topic").behind_by == 0
    assert not repo.get_pull(pull.number).update_branch()
