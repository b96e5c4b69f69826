"""What the fake code host tells of pull requests, and of the files that a change touches."""

from __future__ import annotations

from collections import defaultdict

from shippy.errors import UnknownRef
from shippy.model import Author, ChangedFiles, PullState, Review, Reviews, ReviewState
from tests.fakes.history import SOMEBODY
from tests.fakes.merges import FakeMerges

OPENED_BY = "opener"


class FakePulls(FakeMerges):
    """The part of `shippy.ports.CodeHost` that reads pull requests.

    A test may set `mergeable` and `drafts` by the number of a pull request; where it says nothing, what can be merged
    is what merges are not refused of.
    """

    main: str

    def __init__(self) -> None:
        super().__init__()
        self.opened_by: dict[int, str | None] = {}
        self.mergeable: dict[int, bool | None] = {}
        self.drafts: set[int] = set()
        self.tells_all_files = True
        self._reviews: dict[int, list[Review]] = defaultdict(list)
        self._touched: dict[str, frozenset[str]] = {}

    def touch(self, branch: str, *paths: str, author: Author = SOMEBODY) -> str:
        """Put a commit on a branch that changes these files; returns it."""
        head = self._history.add(self.branches.get(branch, self.branches[self.main]), author=author)
        self._touched[head] = frozenset(paths)
        self.branches[branch] = head
        return head

    def review(self, number: int, login: str, state: ReviewState = ReviewState.APPROVED) -> None:
        """Let somebody review what the pull request has now."""
        self._reviews[number].append(Review(login, state, self._head_of(number)))

    def dismiss(self, number: int, login: str) -> None:
        """Dismiss the reviews of somebody."""
        given = self._reviews[number]
        given[:] = [
            Review(login, ReviewState.DISMISSED, review.commit) if review.login == login else review for review in given
        ]

    # The port

    def pull_state(self, pull: int) -> PullState:
        self._called("pull_state", pull)
        head = self._head_of(pull)
        open_still = self._pulls[pull].state == "open"
        mergeable = self.mergeable.get(pull, self._refusal is None) if open_still else None
        return PullState(head, self._pulls[pull].pull.base, pull in self.drafts, mergeable)

    def reviews(self, pull: int) -> Reviews:
        self._called("reviews", pull)
        self._head_of(pull)
        return Reviews(self.opened_by.get(pull, OPENED_BY), tuple(self._reviews[pull]))

    def files(self, base: str, head: str) -> ChangedFiles:
        self._called("files", base, head)
        for name in (base, head):
            if self.branches.get(name, name) not in self._history.parents:
                raise UnknownRef(name)
        ours, theirs = (self._history.up_to(self.branches.get(name, name)) for name in (base, head))
        touched = (self._touched.get(commit, frozenset()) for commit in theirs - ours)
        return ChangedFiles(frozenset().union(*touched), self.tells_all_files)

    def _head_of(self, number: int) -> str:
        if number not in self._pulls:
            raise UnknownRef(f"#{number}")
        return self._tip(self._pulls[number].branch)
