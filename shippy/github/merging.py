"""Makes a merge once, of exactly the expected commit, and finds out what came of it."""

from __future__ import annotations

from github.Repository import Repository

from shippy.errors import MergeRefused
from shippy.github.faults import once
from shippy.github.refusals import refused
from shippy.github.standing import standing
from shippy.model import MergeMethod, MergeRefusal, Revision


def merge(repository: Repository, revision: Revision, into: str, message: str, method: MergeMethod) -> str:
    """Merge the revision's commit into a branch and return the commit by which the branch has it.

    Raises:
        MergeRefused: GitHub would not, or has no such merge for a revision without a pull request.
        github.GithubException, requests.RequestException: it is not merged.
    """

    def merged() -> str | None:
        return standing(repository, revision, into).merged

    return merged() or once(lambda: _ask(repository, revision, into, message, method), merged, refused)


def _ask(repository: Repository, revision: Revision, into: str, message: str, method: MergeMethod) -> str:
    """Through its pull request, if that leads to the branch: then its rules hold, and it is shown as merged."""
    if revision.pull is not None and revision.pull.base == into:
        title, _, text = message.partition("\n")
        pull = repository.get_pull(revision.pull.number)
        done = pull.merge(
            commit_title=title, commit_message=text.strip(), merge_method=method.value, sha=revision.commit
        )
        return done.sha
    if method is not MergeMethod.MERGE:
        raise MergeRefused(f"GitHub has {method} for pull requests only", MergeRefusal.NO_PULL)
    merged = repository.merge(into, revision.commit, message)
    # No answer but success: somebody else was faster.
    return merged.sha if merged else repository.get_branch(into).commit.sha
