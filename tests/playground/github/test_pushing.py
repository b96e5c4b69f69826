"""Commits made on the server, which are to be what a push of them would have been."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import requests
from github.Repository import Repository as ApiRepository

from playground.github.changes import Author, Change
from playground.github.client import Hub

ADA = Author("Ada Größe", "ada@acme.example")


def test_they_are_what_git_makes_of_the_same_changes(hub: Hub) -> None:
    hub.push("topic", Change("Add a\n\nAnd say why.", {"b/ä c.txt": "1\n2"}), author=ADA)
    with hub.checkout(ADA) as checkout:
        checkout.commit("b/ä c.txt", "1\n2", "Add a\n\nAnd say why.")
        told = ["log", "-1", "--format=%T|%P|%an|%ae|%cn|%ce|%B"]
        assert checkout.git(*told, "origin/topic") == checkout.git(*told, "HEAD")


def test_several_stand_in_their_order_and_a_file_can_go(hub: Hub, repo: ApiRepository) -> None:
    changes = [Change("One", {"a": "1", "b": "1"}), Change("Two", {"a": None, "c": "2"}), Change("Three")]
    last = hub.push("topic", *changes)
    assert [commit.commit.message for commit in repo.get_commits("topic")] == ["Three", "Two", "One", "Start"]
    assert hub.files(last) == {"README.md": "hello\n", "b": "1", "c": "2"}
    assert hub.files("master") == {"README.md": "hello\n"}
    assert hub.contains("topic", hub.head("master"))


def test_the_first_commit_of_an_empty_repository_has_no_parent(hub: Hub) -> None:
    empty = Hub(hub.url, f"{hub.full_name}-empty", token=hub.token)
    empty.create()
    first = empty.push_file("master", "a", "1", "Begin")
    assert empty.branches() == {"master": first}


def test_a_branch_that_is_there_goes_on_and_each_push_is_told_once(hub: Hub) -> None:
    start, seen = hub.head("master"), hub.events()[-1]["number"]
    first = hub.push_file("topic", "a", "1", "Add a")
    second = hub.push("topic", Change("Two", {"b": "2"}), Change("Three"))
    told = [event["data"] for event in hub.events(seen) if event["kind"] == "push"]
    assert [(push["branch"], push["before"], push["after"]) for push in told] == [
        ("topic", "0" * 40, first),
        ("topic", first, second),
    ]
    assert hub.compare(start, second)["ahead_by"] == 3


@pytest.mark.parametrize("branch", ["a b", "a..b", "master/below", ".hidden", "x.lock"])
def test_a_branch_that_cannot_have_its_name_is_refused(hub: Hub, branch: str) -> None:
    with pytest.raises(requests.HTTPError) as refused:
        hub.push_file(branch, "a", "1", "Add a")
    assert refused.value.response.status_code == 422
    assert list(hub.branches()) == ["master"]


def test_a_branch_is_moved_back_and_to_another_commit(hub: Hub) -> None:
    first, other = hub.head("master"), hub.push_file("topic", "a", "1", "Add a")
    hub.move("master", other)
    assert hub.message("master") == "Add a"
    hub.move("master", first)
    hub.move("new/one", other)
    assert hub.branches() == {"master": first, "new/one": other, "topic": other}


def test_a_protected_branch_is_left_alone(hub: Hub) -> None:
    before, other = hub.head("master"), hub.push_file("topic", "a", "1", "Add a")
    hub.protect("master", "ci/build")
    with pytest.raises(requests.HTTPError) as refused:
        hub.push_file("master", "a", "1", "Add a")
    assert "GH006" in refused.value.response.text
    with pytest.raises(requests.HTTPError):
        hub.move("master", other)
    assert hub.head("master") == before


def test_refs_that_git_has_packed_are_found_and_can_move_and_go(hub: Hub, repo: ApiRepository, root: Path) -> None:
    git = ["git", "-C", str(root / f"{hub.full_name}.git")]
    first = hub.push_file("topic/one", "a", "1", "Add a")
    two = hub.push_file("topic/two", "a", "2", "Add a")
    subprocess.run([*git, "-c", "user.name=x", "-c", "user.email=x@y", "tag", "-m", "v1", "v1", first], check=True)
    subprocess.run([*git, "pack-refs", "--all"], check=True)
    names = ["master", "topic/one", "topic/two"]
    assert list(hub.branches()) == names
    assert (hub.head("topic/one"), repo.get_commit("v1").sha) == (first, first)
    second = hub.push_file("topic/one", "a", "3", "Change a")
    assert hub.branches() == {"master": hub.head("master"), "topic/one": second, "topic/two": two}
    repo.get_git_ref("heads/topic/one").delete()
    assert list(hub.branches()) == ["master", "topic/two"]
