"""The part of `shippy.ports.CodeHost` that is about pull requests and the files of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from github.Comparison import Comparison
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview

from shippy.errors import UnknownRef
from shippy.github.faults import github_answers, or_none
from shippy.github.merges import Merges
from shippy.github.standing import looks
from shippy.github.together import both
from shippy.model import ChangedFiles, PullState, Review, Reviews, ReviewState

T = TypeVar("T")

MOST_COMPARED_FILES = 300
"""How many files a comparison has at most: https://docs.github.com/en/rest/commits/commits#compare-two-commits"""
# Those of reviews, as https://docs.github.com/en/rest/pulls/reviews has them. One that is PENDING is not given yet.
STATES = {
    "APPROVED": ReviewState.APPROVED,
    "CHANGES_REQUESTED": ReviewState.CHANGES_REQUESTED,
    "DISMISSED": ReviewState.DISMISSED,
    "COMMENTED": ReviewState.COMMENTED,
}


class Pulls(Merges):
    """The part of a code host that reads pull requests, over the one that merges them."""

    def pull_state(self, pull: int) -> PullState:
        with github_answers():
            for _ in looks():
                found = _known(pull, lambda: self._repository.get_pull(pull).complete())
                if found.mergeable is not None or found.state != "open":
                    break
            return PullState(found.head.sha, found.base.ref, found.draft, found.mergeable)

    def reviews(self, pull: int) -> Reviews:
        with github_answers():
            # The reviews' address is known: the pull request itself need not have been read.
            unread = PullRequest(self._repository.requester, url=f"{self._repository.url}/pulls/{pull}")
            found, given = both(
                lambda: _known(pull, lambda: self._repository.get_pull(pull).complete()),
                lambda: _known(pull, lambda: list(unread.get_reviews())),
            )
            author = found.user.login if found.user else None
            return Reviews(author, tuple(map(_review, filter(_counts, given))))

    def files(self, base: str, head: str) -> ChangedFiles:
        with github_answers(), self._knows(base, head):
            found = self._repository.compare(base, head, comparison_commits_per_page=1).complete()
            listed = {name for file in found.files for name in (file.filename, file.previous_filename) if name}
            if len(found.files) < MOST_COMPARED_FILES:
                return ChangedFiles(frozenset(listed))
            return self._by_trees(found, head, listed)

    def _by_trees(self, compared: Comparison, head: str, listed: set[str]) -> ChangedFiles:
        """All files of both sides, which are told up to 100,000: https://docs.github.com/en/rest/git/trees"""
        old, new = both(
            lambda: self._repository.get_git_tree(compared.merge_base_commit.sha, recursive=True),
            lambda: self._repository.get_git_tree(head, recursive=True),
        )
        before, after = (
            {(entry.path, entry.sha, entry.mode) for entry in tree.tree if entry.type != "tree"} for tree in (old, new)
        )
        changed = frozenset(path for path, _, _ in before ^ after)
        return ChangedFiles(changed | listed, complete=not any(tree.raw_data["truncated"] for tree in (old, new)))


def _known(pull: int, ask: Callable[[], T]) -> T:
    found = or_none(ask)
    if found is None:
        raise UnknownRef(f"#{pull}")
    return found


def _counts(review: PullRequestReview) -> bool:
    """Whether it is one of somebody who is still there, and was handed in."""
    return review.state in STATES and review.user is not None


def _review(review: PullRequestReview) -> Review:
    return Review(review.user.login, STATES[review.state], review.commit_id or None)
