"""A repository in memory: commits with their parents, branches, pull requests, statuses, merges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from shippy.errors import AmbiguousRef, ClosedPull, Unavailable, UnknownRef
from shippy.model import Author, Budget, Comparison, OpenPull, PullRequest, Revision, Status
from tests.fakes.history import SOMEBODY
from tests.fakes.merges import FakePull
from tests.fakes.pulls import FakePulls
from tests.fakes.reports import FakeReports

COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass
class FakePeople:
    """Who there is on the code host: logins by e-mail addresses, those who may push, and those in teams."""

    logins: dict[str, str] = field(default_factory=dict)
    pushers: set[str] = field(default_factory=set)
    teams: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, login: str, email: str, *, may_push: bool = True) -> None:
        """Let the code host know somebody, with an e-mail address that everybody may see."""
        self.logins[email.casefold()] = login
        if may_push:
            self.pushers.add(login.casefold())

    def make_team(self, name: str, *logins: str) -> None:
        """Let there be a team, "acme/ops", of these people."""
        self.teams[name.casefold()] = frozenset(login.casefold() for login in logins)


class FakeCodeHost(FakePulls):
    """Implements `shippy.ports.CodeHost`. It begins with one commit on the main branch."""

    def __init__(self, main: str = "master", url: str = "https://github.example.com/acme/web") -> None:
        super().__init__()
        self._url = url
        self.reports = FakeReports(url)
        self.people = FakePeople()
        self.budget: Budget | None = None
        self.main = main
        self._changes = 0
        self.branches[main] = self._history.add()

    # What a test sets up

    def commit(self, branch: str, count: int = 1, author: Author = SOMEBODY, *, change: bool = True) -> str:
        """Put so many commits on a branch, which is made from the main one if it is not there; returns its head.

        Without a change, each has the files of the one before.
        """
        head = self.branches.get(branch, self.branches[self.main])
        for _ in range(count):
            head = self._history.add(head, author=author, change=change)
        self.branches[branch] = head
        self._change(branch)
        return head

    def commit_alike(self, *branches: str) -> None:
        """Put a commit on each of some branches; a short commit cannot tell these from each other."""
        commits = self._history.add_alike(len(branches), self.branches[self.main])
        self.branches.update(zip(branches, commits, strict=True))

    def open_pull(self, number: int, branch: str, title: str = "A change", base: str | None = None) -> PullRequest:
        url = f"{self._url}/pull/{number}"
        pull = PullRequest(number=number, title=title, url=url, base=base or self.main)
        self._pulls[number] = FakePull(pull, branch)
        self._change(branch)
        return pull

    def open_pull_of_fork(self, number: int, fork: str, branch: str, title: str = "A change") -> str:
        """A pull request with a commit of a fork, "mallory/web"; returns the commit."""
        source = f"{fork.partition('/')[0]}:{branch}"
        commit = self._history.add(self.branches[self.main])
        self.forked[source] = commit
        self.open_pull(number, source, title)
        self._pulls[number].fork = fork
        return commit

    def commit_of_fork(self) -> str:
        """A commit that GitHub knows from a fork, and no branch here has."""
        return self._history.add(self.branches[self.main])

    def label(self, number: int, *labels: str) -> None:
        """Let a pull request have these labels, and no others."""
        self._pulls[number].labels = frozenset(labels)
        self._change(self._pulls[number].branch)

    def close_pull(self, number: int, *, merged: bool = False) -> None:
        self._pulls[number].state = "merged" if merged else "closed"

    def set_status(self, commit: str, context: str, state: str = "success", description: str = "") -> Status:
        return self.reports.set_status(commit, context, state, description)

    # The port

    def resolve(self, ref: str) -> Revision:
        self._called("resolve", ref)
        if re.fullmatch(r"#\d+", ref):
            return self._resolve_pull(ref, int(ref[1:]))
        if ref in self.forked:
            return self._of_branch(ref, ref)
        if ref in self.branches:
            return self._of_branch(ref, ref)
        if COMMIT.fullmatch(ref):
            return self._resolve_commit(ref)
        raise UnknownRef(ref, tuple(get_close_matches(ref, self.branches, n=3)))

    def open_pulls(self) -> tuple[OpenPull, ...]:
        self._called("open_pulls")
        there = [(number, known) for number, known in self._pulls.items() if known.state == "open"]
        there.sort(key=lambda each: each[1].changed, reverse=True)
        return tuple(
            OpenPull(self._resolve_pull(f"#{number}", number), known.labels, number in self.drafts)
            for number, known in there
        )

    def is_own(self, commit: str, main: str) -> bool:
        self._called("is_own", commit, main)
        if commit in self._history.up_to(self.branches[main]) or commit in self.branches.values():
            return True
        ours = (known.branch for known in self._pulls.values() if known.fork is None)
        heads = (self.branches.get(branch) for branch in ours)
        return any(commit in self._history.up_to(head) for head in heads if head)

    def statuses(self, commit: str) -> Mapping[str, Status]:
        self._called("statuses", commit)
        return self.reports.of(commit)

    def required_contexts(self, branch: str) -> tuple[str, ...]:
        self._called("required_contexts", branch)
        if branch not in self.branches:
            raise UnknownRef(branch)
        return self.reports.required.get(branch, ())

    def compare(self, base: str, head: str) -> Comparison:
        self._called("compare", base, head)
        ours, theirs = self._history.up_to(self._head(base)), self._history.up_to(self._head(head))
        url = f"{self._url}/compare/{base}...{head}"
        # A commit is younger than its parents, and those that were made first are held first.
        written = (author for commit, author in self._history.authors.items() if commit in theirs - ours)
        authors = tuple(dict.fromkeys(written))
        return Comparison(base, head, len(theirs - ours), len(ours - theirs), url, authors)

    def revert(self, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
        self._called("revert", revision, into, title, body)
        merge = self._merge_of(revision, into)
        if merge is None:
            return None
        branch = f"shippy/revert-{merge:.12}"
        standing = (one.pull for one in self._pulls.values() if one.branch == branch and one.state != "closed")
        pull = next(standing, None)
        if pull is not None:
            return pull
        if self._refusal is not None:
            raise self._refusal
        self.branches.setdefault(branch, self._history.add(merge))
        return self.open_pull(max(self._pulls, default=0) + 1, branch, title)

    def may_push(self, login: str) -> bool:
        self._called("may_push", login)
        return login.casefold() in self.people.pushers

    def team(self, name: str) -> frozenset[str]:
        self._called("team", name)
        if name.casefold() not in self.people.teams:
            raise Unavailable("GitHub", f"there is no team {name}")
        return self.people.teams[name.casefold()]

    def login_of(self, email: str) -> str | None:
        self._called("login_of", email)
        return self.people.logins.get(email.casefold())

    # How it works

    def _change(self, branch: str) -> None:
        """The pull requests of a branch are the last ones that have changed."""
        self._changes += 1
        for known in self._pulls.values():
            if known.branch == branch:
                known.changed = self._changes

    def _merge_of(self, revision: Revision, into: str) -> str | None:
        known = self._pulls.get(revision.pull.number) if revision.pull else None
        if known and known.merged:
            return known.merged
        there = self._history.up_to(self.branches[into])
        return next((commit for commit in there if revision.commit in self._history.parents[commit][1:]), None)

    def _head(self, name: str) -> str:
        head = self.branches.get(name, name)
        if head not in self._history.parents:
            raise UnknownRef(name)
        return head

    def _resolve_pull(self, ref: str, number: int) -> Revision:
        known = self._pulls.get(number)
        if known is None:
            raise UnknownRef(ref)
        if known.state != "open":
            raise ClosedPull(number, known.pull.title, merged=known.state == "merged")
        return self._of_branch(ref, known.branch)

    def _of_branch(self, ref: str, branch: str) -> Revision:
        pulls = (known for known in self._pulls.values() if known.branch == branch and known.state == "open")
        return self._revision(ref, self._tip(branch), branch, next(pulls, None))

    def _resolve_commit(self, ref: str) -> Revision:
        found = tuple(commit for commit in self._history.parents if commit.startswith(ref))
        if not found:
            raise UnknownRef(ref)
        if len(found) > 1:
            raise AmbiguousRef(ref, found)
        open_pulls = (known for known in self._pulls.values() if known.state == "open")
        of_it = [known for known in open_pulls if self._tip(known.branch) == found[0]]
        known = min(of_it, key=lambda known: known.fork is not None, default=None)
        return self._revision(ref, found[0], known.branch if known else None, known)

    def _revision(self, ref: str, commit: str, branch: str | None, known: FakePull | None) -> Revision:
        if known is None:
            return Revision(ref, commit, branch)
        return Revision(ref, commit, None if known.fork else branch, known.pull, known.fork)
