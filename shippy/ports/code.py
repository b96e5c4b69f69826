"""Where the code is, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from shippy.model import (
    Budget,
    ChangedFiles,
    Comparison,
    MergeMethod,
    OpenPull,
    PullRequest,
    PullState,
    Reviews,
    Revision,
    Standing,
    Status,
)


class CodeHost(Protocol):
    """One repository on GitHub."""

    @property
    def budget(self) -> Budget | None:
        """What was left when it last answered; nothing is asked. None: it has not told, or takes any number."""

    def resolve(self, ref: str) -> Revision:
        """What a branch, "#12", a (short) commit, or the branch of a fork ("mallory:feature-x") stands for now.

        The latter is known by its open pull request alone.

        Raises:
            UnknownRef: nothing has that name; near ones are named.
            AmbiguousRef: a short commit that could be several.
            ClosedPull: the pull request is not open.
        """

    def open_pulls(self) -> tuple[OpenPull, ...]:
        """The open pull requests, those changed last first; of very many, the first hundred.

        It costs a request for every 25, and may be asked every few seconds.
        """

    def is_own(self, commit: str, main: str) -> bool:
        """Whether a commit is known to be of this repository: of the main branch, of the head of any branch, or of a
        pull request from one. GitHub answers for the commits of forks as well.
        """

    def statuses(self, commit: str) -> Mapping[str, Status]:
        """The latest status of each context on a commit, and check runs likewise, by their names.

        A check run that is skipped or neutral is a success, as GitHub has it; its description says so. Of a status and
        a check run with the same name, the worse one is told.
        """

    def required_contexts(self, branch: str) -> tuple[str, ...]:
        """The names of the statuses that the branch's own protection asks of what is merged into it.

        Raises:
            UnknownRef: there is no such branch.
        """

    def compare(self, base: str, head: str) -> Comparison:
        """A branch or commit against another.

        Raises:
            UnknownRef: one of them is not there any more.
        """

    def pull_state(self, pull: int) -> PullState:
        """A pull request as it is now. Whether it can be merged is waited for, for three seconds at most.

        Raises:
            UnknownRef: there is no such pull request.
        """

    def reviews(self, pull: int) -> Reviews:
        """What has been said of a pull request in reviews, by whoever still has an account.

        Raises:
            UnknownRef: there is no such pull request.
        """

    def files(self, base: str, head: str) -> ChangedFiles:
        """The files that a branch or commit changes, from where it has left the base.

        Raises:
            UnknownRef: one of them is not there any more.
        """

    def standing(self, revision: Revision, into: str) -> Standing:
        """How a revision stands now to a branch: where its own branch is, and how far the two are apart.

        It costs two or three requests, and may be asked every half minute.

        Raises:
            UnknownRef: the commit or the branch is not there any more.
        """

    def tree(self, commit: str) -> str:
        """One name for all files of a commit as they are there: two commits with the same have the same files.

        Raises:
            UnknownRef: there is no such commit.
        """

    def merge_tree(self, revision: Revision, into: str) -> str | None:
        """The tree that a branch would have if the revision were merged into it now.

        None: they conflict, or it cannot be told, as for a revision without a pull request.
        """

    def merge(self, revision: Revision, into: str, message: str, method: MergeMethod = MergeMethod.MERGE) -> str:
        """Merge exactly the revision's commit into a branch and return the commit by which the branch has it.

        A branch that has the revision already, in whichever way, is a success: a merge whose answer was lost can be
        asked again. Only a pull request can be merged in another way than by a merge commit.

        Raises:
            MergeRefused: a conflict, a head that has moved, a protection: its kind, and GitHub's own words.
        """

    def delete_branch(self, revision: Revision) -> bool:
        """Delete the branch of a revision. False: it is gone, or has got something else since, and nothing was done.

        Raises:
            MergeRefused: GitHub will not; its own words.
        """

    def revert(self, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
        """Open a pull request into a branch that takes back what the merge of a revision has brought.

        Asked again, it gives the one that is open. None: no merge has brought the revision, the branch had it before.

        Raises:
            MergeRefused: GitHub will not, in its own words.
        """

    def may_push(self, login: str) -> bool:
        """Whether somebody may push to the repository."""

    def team(self, name: str) -> frozenset[str]:
        """The logins of those in a team, "acme/ops", and in the teams in it, in small letters.

        Raises:
            Unavailable: GitHub shows no such team, too.
        """

    def login_of(self, email: str) -> str | None:
        """The login of whoever has this e-mail address publicly, or None."""
