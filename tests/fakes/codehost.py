"""A repository in memory: commits with their parents, branches, pull requests, statuses, merges."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha1

from gevent.event import Event

from shippy.errors import AmbiguousRef, ClosedPull, MergeRefused, Unavailable, UnknownRef
from shippy.model import Author, Comparison, PullRequest, Revision, Status

COMMIT = re.compile(r"[0-9a-f]{7,40}")
HOLD_SECONDS = 30.0
SOMEBODY = Author("somebody", "Somebody", "somebody@example.com")


@dataclass
class Hold:
    """A call that is being held: `reached` is set once it was made, and it goes on when `release` is set."""

    reached: Event = field(default_factory=Event)
    release: Event = field(default_factory=Event)


@dataclass
class _Pull:
    pull: PullRequest
    branch: str
    state: str = "open"


class _History:
    """Commits, each with its parents."""

    def __init__(self) -> None:
        self.parents: dict[str, tuple[str, ...]] = {}
        self.authors: dict[str, Author] = {}

    def add(self, *parents: str, author: Author = SOMEBODY) -> str:
        commit = sha1(f"{len(self.parents)} {parents}".encode(), usedforsecurity=False).hexdigest()
        self.parents[commit] = parents
        self.authors[commit] = author
        return commit

    def add_alike(self, count: int, parent: str) -> list[str]:
        """So many commits that begin with the same ten digits."""
        commits = [f"a11ce{len(self.parents):05x}{number:030x}" for number in range(count)]
        self.parents.update(dict.fromkeys(commits, (parent,)))
        self.authors.update(dict.fromkeys(commits, SOMEBODY))
        return commits

    def up_to(self, commit: str) -> set[str]:
        """The commit and everything that it descends from."""
        found: set[str] = set()
        waiting = [commit]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.parents[current])
        return found


@dataclass
class FakePeople:
    """Who there is on the code host: logins by e-mail addresses, and those who may push."""

    logins: dict[str, str] = field(default_factory=dict)
    pushers: set[str] = field(default_factory=set)

    def add(self, login: str, email: str, *, may_push: bool = True) -> None:
        """Let the code host know somebody, with an e-mail address that everybody may see."""
        self.logins[email.casefold()] = login
        if may_push:
            self.pushers.add(login.casefold())


class Steered:
    """Calls that a test can hold or let fail; `calls` holds the name and the arguments of each."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self._holds: dict[str, Hold] = {}
        self._unavailable: Unavailable | None = None

    def go_down(self, why: str = "no answer within 10 s", retry_after: float | None = None) -> None:
        self._unavailable = Unavailable("GitHub", why, retry_after)

    def come_back(self) -> None:
        self._unavailable = None

    def hold(self, call: str) -> Hold:
        """Hold the next call of that name ("resolve", "statuses", "compare", "merge", …) until it is released."""
        self._holds[call] = Hold()
        return self._holds[call]

    def _called(self, name: str, *arguments: object) -> None:
        self.calls.append((name, arguments))
        held = self._holds.pop(name, None)
        if held is not None:
            held.reached.set()
            if not held.release.wait(HOLD_SECONDS):
                raise AssertionError(f"the held call of {name} was never released")
        if self._unavailable is not None:
            raise self._unavailable


class FakeCodeHost(Steered):
    """Implements `shippy.ports.CodeHost`. It begins with one commit on the main branch."""

    def __init__(self, main: str = "master", url: str = "https://github.example.com/acme/web") -> None:
        super().__init__()
        self._url = url
        self._history = _History()
        self._pulls: dict[int, _Pull] = {}
        self._statuses: defaultdict[str, dict[str, Status]] = defaultdict(dict)
        self._refusal: str | None = None
        self._loses_answers = False
        self.people = FakePeople()
        self.main = main
        self.branches: dict[str, str] = {}
        self.branches[main] = self._history.add()

    # What a test sets up

    def commit(self, branch: str, count: int = 1, author: Author = SOMEBODY) -> str:
        """Put so many commits on a branch, which is made from the main one if it is not there; returns its head."""
        head = self.branches.get(branch, self.branches[self.main])
        for _ in range(count):
            head = self._history.add(head, author=author)
        self.branches[branch] = head
        return head

    def commit_alike(self, *branches: str) -> None:
        """Put a commit on each of some branches; a short commit cannot tell these from each other."""
        commits = self._history.add_alike(len(branches), self.branches[self.main])
        self.branches.update(zip(branches, commits, strict=True))

    def open_pull(self, number: int, branch: str, title: str = "A change") -> PullRequest:
        pull = PullRequest(number=number, title=title, url=f"{self._url}/pull/{number}", base=self.main)
        self._pulls[number] = _Pull(pull, branch)
        return pull

    def close_pull(self, number: int, *, merged: bool = False) -> None:
        self._pulls[number].state = "merged" if merged else "closed"

    def set_status(self, commit: str, context: str, state: str = "success", description: str = "") -> Status:
        status = Status(context=context, state=state, description=description, url=f"{self._url}/ci/{context}")
        self._statuses[commit][context] = status
        return status

    def refuse_merges(self, reason: str | None) -> None:
        """Answer every merge with this refusal; None: merge again."""
        self._refusal = reason

    def lose_answers_of_merges(self, *, lose: bool = True) -> None:
        """Do what a merge asks, and then raise Unavailable, as when the connection breaks before the answer."""
        self._loses_answers = lose

    # The port

    def resolve(self, ref: str) -> Revision:
        self._called("resolve", ref)
        if re.fullmatch(r"#\d+", ref):
            return self._resolve_pull(ref, int(ref[1:]))
        if ref in self.branches:
            return self._of_branch(ref, ref)
        if COMMIT.fullmatch(ref):
            return self._resolve_commit(ref)
        raise UnknownRef(ref, tuple(get_close_matches(ref, self.branches, n=3)))

    def statuses(self, commit: str) -> Mapping[str, Status]:
        self._called("statuses", commit)
        return dict(self._statuses[commit])

    def compare(self, base: str, head: str) -> Comparison:
        self._called("compare", base, head)
        ours, theirs = self._history.up_to(self._head(base)), self._history.up_to(self._head(head))
        url = f"{self._url}/compare/{base}...{head}"
        # A commit is younger than its parents, and those that were made first are held first.
        written = (author for commit, author in self._history.authors.items() if commit in theirs - ours)
        authors = tuple(dict.fromkeys(written))
        return Comparison(base, head, len(theirs - ours), len(ours - theirs), url, authors)

    def merge(self, revision: Revision, into: str, message: str) -> str:
        self._called("merge", revision, into, message)
        before = self.branches[into]
        if revision.commit in self._history.up_to(before):
            return before
        if self._refusal is not None:
            raise MergeRefused(self._refusal)
        if revision.branch is not None and revision.pull and self.branches[revision.branch] != revision.commit:
            raise MergeRefused("Head branch was modified. Review and try the merge again.")
        self.branches[into] = self._history.add(before, revision.commit)
        if revision.pull is not None:
            self.close_pull(revision.pull.number, merged=True)
        if self._loses_answers:
            raise Unavailable("GitHub", "the connection broke")
        return self.branches[into]

    def revert(self, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
        self._called("revert", revision, into, title, body)
        there = self._history.up_to(self.branches[into])
        merges = (commit for commit in there if revision.commit in self._history.parents[commit][1:])
        merge = next(merges, None)
        if merge is None:
            return None
        branch = f"shippy/revert-{merge:.12}"
        standing = (one.pull for one in self._pulls.values() if one.branch == branch and one.state != "closed")
        pull = next(standing, None)
        if pull is not None:
            return pull
        if self._refusal is not None:
            raise MergeRefused(self._refusal)
        self.branches.setdefault(branch, self._history.add(merge))
        return self.open_pull(max(self._pulls, default=0) + 1, branch, title)

    def may_push(self, login: str) -> bool:
        self._called("may_push", login)
        return login.casefold() in self.people.pushers

    def login_of(self, email: str) -> str | None:
        self._called("login_of", email)
        return self.people.logins.get(email.casefold())

    # How it works

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
        pulls = (known.pull for known in self._pulls.values() if known.branch == branch and known.state == "open")
        return Revision(ref=ref, commit=self.branches[branch], branch=branch, pull=next(pulls, None))

    def _resolve_commit(self, ref: str) -> Revision:
        found = tuple(commit for commit in self._history.parents if commit.startswith(ref))
        if not found:
            raise UnknownRef(ref)
        if len(found) > 1:
            raise AmbiguousRef(ref, found)
        open_pulls = (known for known in self._pulls.values() if known.state == "open")
        of_it = next((known for known in open_pulls if self.branches[known.branch] == found[0]), None)
        if of_it is None:
            return Revision(ref=ref, commit=found[0])
        return Revision(ref=ref, commit=found[0], branch=of_it.branch, pull=of_it.pull)
