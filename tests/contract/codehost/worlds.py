"""The worlds of the code hosts' contract suite: one in memory, and one on real git repositories."""

from __future__ import annotations

from itertools import count
from typing import Protocol

from playground.github.changes import Author as Signature
from playground.github.changes import Change
from playground.github.client import Hub
from shippy.github import GitHubRepository
from shippy.github.connecting import Client
from shippy.model import Author, ReviewState
from shippy.ports import CodeHost
from tests.fakes.codehost import FakeCodeHost
from tests.github.served import push_alike

EVENTS = {
    ReviewState.APPROVED: "APPROVE",
    ReviewState.CHANGES_REQUESTED: "REQUEST_CHANGES",
    ReviewState.COMMENTED: "COMMENT",
}


class World(Protocol):
    """A repository with one commit on master, and what people do there."""

    @property
    def host(self) -> CodeHost: ...
    def commit(self, branch: str, count: int = 1) -> str: ...
    def commit_alike(self, *branches: str) -> None: ...
    def commit_as(self, branch: str, name: str, email: str) -> None: ...
    def add_person(self, login: str, email: str, *, may_push: bool = True) -> None: ...
    def make_team(self, name: str, *logins: str) -> None: ...
    def commit_nothing(self, branch: str) -> str: ...
    def conflict(self, branch: str) -> str: ...
    def head(self, branch: str) -> str: ...
    def open_pull(self, branch: str, title: str) -> int: ...
    def open_pull_of_fork(self, fork: str, branch: str) -> tuple[int, str]: ...
    def commit_of_fork(self, fork: str) -> str: ...
    def close_pull(self, number: int) -> None: ...
    def label(self, number: int, *labels: str) -> None: ...
    def merge_pull(self, number: int) -> None: ...
    def set_status(self, commit: str, context: str, state: str, description: str) -> object: ...
    def report_check(self, commit: str, name: str, state: str, title: str) -> None: ...
    def protect(self, branch: str, context: str, by_ruleset: str) -> None: ...
    def touch(self, branch: str, *paths: str) -> str: ...
    def rename(self, branch: str, old: str, new: str) -> None: ...
    def open_draft(self, branch: str) -> int: ...
    def review(self, number: int, login: str, state: ReviewState = ReviewState.APPROVED) -> None: ...
    def dismiss(self, number: int, login: str) -> None: ...


class FakeWorld:
    def __init__(self) -> None:
        self._code = FakeCodeHost()
        self._pulls = count(1)
        self.host = self._code
        self.commit = self._code.commit
        self.commit_alike = self._code.commit_alike
        self.set_status = self._code.set_status
        self.report_check = self._code.reports.set_check_run
        self.protect = self._code.reports.protect
        self.add_person = self._code.people.add
        self.make_team = self._code.people.make_team
        self.touch = self._code.touch
        self.review = self._code.review
        self.dismiss = self._code.dismiss
        self.label = self._code.label

    def commit_as(self, branch: str, name: str, email: str) -> None:
        self._code.commit(branch, author=Author(self._code.people.logins.get(email), name, email))

    def commit_nothing(self, branch: str) -> str:
        return self._code.commit(branch, change=False)

    def conflict(self, branch: str) -> str:
        self._code.commit("master")
        self._code.refuse_merges("Merge conflict")
        return self._code.commit(branch)

    def head(self, branch: str) -> str:
        return self._code.branches[branch]

    def open_pull(self, branch: str, title: str) -> int:
        return self._code.open_pull(next(self._pulls), branch, title).number

    def rename(self, branch: str, old: str, new: str) -> None:
        self._code.touch(branch, old, new)

    def open_draft(self, branch: str) -> int:
        number = self.open_pull(branch, "A draft")
        self._code.drafts.add(number)
        return number

    def open_pull_of_fork(self, fork: str, branch: str) -> tuple[int, str]:
        number = next(self._pulls)
        return number, self._code.open_pull_of_fork(number, f"{fork}/web", branch)

    def commit_of_fork(self, fork: str) -> str:  # noqa: ARG002 - in memory, one fork is like another
        return self._code.commit_of_fork()

    def close_pull(self, number: int) -> None:
        self._code.close_pull(number)

    def merge_pull(self, number: int) -> None:
        self._code.merge(self._code.resolve(f"#{number}"), "master", "Merge it")


class GitHubWorld:
    def __init__(self, github: Client, hub: Hub) -> None:
        self._github = github
        self._hub = hub
        self._changes = count(1)
        self._given: dict[tuple[int, str], int] = {}
        self.host = GitHubRepository(github, hub.full_name)
        self.head = hub.head
        self.label = hub.label
        self.make_team = hub.make_team

    def commit(self, branch: str, count: int = 1) -> str:
        files = ({f"{branch}.txt": f"{number} of {next(self._changes)}"} for number in range(count))
        return self._hub.push(branch, *(Change("A change", changed) for changed in files))

    def commit_as(self, branch: str, name: str, email: str) -> None:
        self._hub.push_file(
            branch, f"{branch}.txt", f"{next(self._changes)}", "A change", author=Signature(name, email)
        )

    def add_person(self, login: str, email: str, *, may_push: bool = True) -> None:
        self._hub.add_person(login, login.capitalize(), email)
        self._hub.give(login, "push" if may_push else "pull")

    def commit_alike(self, *branches: str) -> None:
        push_alike(self._hub, *branches)

    def commit_nothing(self, branch: str) -> str:
        """A commit that changes no file."""
        return self._hub.push(branch, Change("Nothing"))

    def conflict(self, branch: str) -> str:
        head = self._hub.push_file(branch, "README.md", "This.\n", "Say this")
        self._hub.push_file("master", "README.md", "That.\n", "Say that")
        return head

    def open_pull(self, branch: str, title: str) -> int:
        return self._hub.open_pull(branch, title)

    def touch(self, branch: str, *paths: str) -> str:
        files = {path: f"{next(self._changes)} of {path}" for path in paths}
        return self._hub.push(branch, Change("Change some files", files))

    def rename(self, branch: str, old: str, new: str) -> None:
        text = self._hub.files("master")[old]
        self._hub.push(branch, Change(f"Rename {old}", {old: None, new: text}))

    def open_draft(self, branch: str) -> int:
        return self._hub.open_pull(branch, "A draft", draft=True)

    def review(self, number: int, login: str, state: ReviewState = ReviewState.APPROVED) -> None:
        reviewer = Hub(self._hub.url, self._hub.full_name, login=login)
        self._given[number, login] = reviewer.review(number, EVENTS[state])

    def dismiss(self, number: int, login: str) -> None:
        self._hub.dismiss(number, self._given[number, login])

    def open_pull_of_fork(self, fork: str, branch: str) -> tuple[int, str]:
        commit = self._hub.fork(fork).push_file(branch, f"{branch}.txt", f"{next(self._changes)}", "A change")
        return self._hub.open_pull(f"{fork}:{branch}", "A change"), commit

    def commit_of_fork(self, fork: str) -> str:
        return self._hub.fork(fork).push_file("elsewhere", "elsewhere.txt", f"{next(self._changes)}", "A change")

    def close_pull(self, number: int) -> None:
        self._github.get_repo(self._hub.full_name).get_pull(number).edit(state="closed")

    def merge_pull(self, number: int) -> None:
        self._hub.merge(number)

    def set_status(self, commit: str, context: str, state: str, description: str) -> None:
        self._hub.set_status(commit, context, state, description=description)

    def report_check(self, commit: str, name: str, state: str, title: str) -> None:
        self._hub.report_check(commit, name, state, title=title)

    def protect(self, branch: str, context: str, by_ruleset: str) -> None:
        self._hub.protect(branch, context)
        self._hub.add_ruleset(branch, by_ruleset, context)
