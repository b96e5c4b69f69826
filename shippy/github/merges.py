"""The part of `shippy.ports.CodeHost` that is about merges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from github import GithubException
from github.Repository import Repository

from shippy.errors import UnknownRef
from shippy.github import merging, standing
from shippy.github.faults import MISSING, github_answers, is_refusal, or_none
from shippy.github.refusals import refused
from shippy.model import MergeMethod, Revision, Standing


class Merges:
    """The part of a code host that looks at merges and makes them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def standing(self, revision: Revision, into: str) -> Standing:
        with github_answers(), self._knows(revision.commit, into):
            return standing.standing(self._repository, revision, into)

    def tree(self, commit: str) -> str:
        with github_answers(), self._knows(commit):
            return standing.tree(self._repository, commit)

    def merge_tree(self, revision: Revision, into: str) -> str | None:
        with github_answers():
            return standing.merge_tree(self._repository, revision, into)

    def merge(self, revision: Revision, into: str, message: str, method: MergeMethod = MergeMethod.MERGE) -> str:
        with github_answers():
            return merging.merge(self._repository, revision, into, message, method)

    def delete_branch(self, revision: Revision) -> bool:
        with github_answers():
            try:
                return standing.delete_branch(self._repository, revision)
            except GithubException as error:
                if is_refusal(error):
                    raise refused(error) from error
                raise

    @contextmanager
    def _knows(self, *refs: str) -> Iterator[None]:
        """Where GitHub says that there is no such thing, name the one of these that it does not know."""
        try:
            yield
        except GithubException as error:
            if error.status not in MISSING:
                raise
            unknown = next((ref for ref in refs if self._is_missing(ref)), None)
            if unknown is None:
                raise
            raise UnknownRef(unknown) from error

    def _is_missing(self, ref: str) -> bool:
        return or_none(lambda: self._repository.get_commit(ref, commit_files_per_page=1).complete()) is None
