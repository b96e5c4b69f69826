"""Branches, refs and commits, as PyGithub gets them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from github import GithubException, UnknownObjectException
from github.Repository import Repository as ApiRepository

from playground.github.client import Hub
from playground.sample.history import File, History
from playground.sample.people import KIM

ENOUGH_FOR_A_COLLISION_OF_FOUR_DIGITS = 1500


@pytest.mark.parametrize("name", ["topic", "feature/größe", "fix/a.b-c_d", "50%", "a+b", "a&b=c", "what#1", "日本"])
def test_a_branch_is_found_whatever_its_name(hub: Hub, repo: ApiRepository, name: str) -> None:
    sha = hub.push_file(name, "a.txt", "a\n", "Add a")
    assert repo.get_branch(name).commit.sha == sha
    assert repo.get_git_ref(f"heads/{name}").object.sha == sha
    assert repo.get_commit(name).sha == sha
    assert repo.compare("master", name).ahead_by == 1


def test_a_branch_that_is_not_there_is_404(repo: ApiRepository) -> None:
    with pytest.raises(UnknownObjectException, match="Branch not found"):
        repo.get_branch("nope")
    with pytest.raises(UnknownObjectException, match="Not Found"):
        repo.get_git_ref("heads/nope")


def test_all_of_many_branches_are_listed_page_by_page(hub: Hub, repo: ApiRepository) -> None:
    with hub.checkout() as checkout:
        names = [f"topic-{number:03}" for number in range(120)]
        checkout.git("push", "--quiet", "origin", *(f"HEAD:refs/heads/{name}" for name in names))
    assert [branch.name for branch in repo.get_branches()] == ["master", *names]
    assert len(hub.branches()) == len(names) + 1


def test_a_commit_is_found_by_a_short_sha(hub: Hub, repo: ApiRepository) -> None:
    sha = hub.head("master")
    for length in (7, 12, 40):
        assert repo.get_commit(sha[:length]).sha == sha


def test_a_short_sha_that_could_be_several_commits_is_refused(hub: Hub, repo: ApiRepository, tmp_path: Path) -> None:
    history = History()
    for number in range(ENOUGH_FOR_A_COLLISION_OF_FOUR_DIGITS):
        history.commit("many", number or None, KIM, f"Number {number}", tree={"a": File(str(number))})
    history.write(tmp_path / "many")
    with hub.checkout() as checkout:
        checkout.git("fetch", "--quiet", str(tmp_path / "many"), "many")
        checkout.git("push", "--quiet", "origin", "FETCH_HEAD:refs/heads/many")
        commits = checkout.git("rev-list", "FETCH_HEAD").split()
    ((prefix, times),) = Counter(sha[:4] for sha in commits).most_common(1)
    assert times > 1
    with pytest.raises(GithubException, match=f"No commit found for SHA: {prefix}") as refused:
        repo.get_commit(prefix).sha  # noqa: B018 - PyGithub asks when the value is wanted
    assert refused.value.status == 422


@pytest.mark.parametrize("ref", ["nope", "0" * 40, "abc", "master..topic", "a b", "HEAD~1", "-n"])
def test_what_is_no_commit_is_422(repo: ApiRepository, ref: str) -> None:
    with pytest.raises(GithubException, match="No commit found for SHA") as refused:
        repo.get_commit(ref).sha  # noqa: B018 - PyGithub asks when the value is wanted
    assert refused.value.status == 422


def test_a_commit_names_its_author_by_login(hub: Hub, repo: ApiRepository) -> None:
    hub.add_person("ada", "Ada Byrne", "ada@acme.example")
    with hub.checkout() as checkout:
        checkout.git("config", "user.name", "x")
        checkout.switch("topic")
        checkout.git("commit", "--quiet", "--allow-empty", "--message", "Hi", "--author", "Ada <ada@acme.example>")
        checkout.push()
    commit = repo.get_commit("topic")
    assert (commit.author.login, commit.commit.author.name, commit.commit.message) == ("ada", "Ada", "Hi")


def test_a_commit_tells_which_files_it_changed(hub: Hub, repo: ApiRepository) -> None:
    with hub.checkout() as checkout:
        checkout.switch("topic")
        checkout.git("mv", "README.md", "größe.md")
        checkout.commit("new.txt", "1\n2\n", "Move and add")
        checkout.push()
    files = {file.filename: file for file in repo.get_commit("topic").files}
    assert {name: file.status for name, file in files.items()} == {"größe.md": "renamed", "new.txt": "added"}
    assert files["größe.md"].previous_filename == "README.md"
    assert files["new.txt"].additions == 2
