"""A merge that is done once, names the commit that it is for, and whose outcome is known."""

from __future__ import annotations

from github import GithubException
from github.Repository import Repository

from shippy.errors import MergeRefused
from shippy.github.faults import REFUSALS, TRANSPORT_ERRORS, is_rate_limit, message_of
from shippy.model import Revision

SERVER_ERROR = 500


def merge(repository: Repository, revision: Revision, into: str, message: str) -> str:
    """Merge the revision's commit into a branch and return the commit that the branch has then.

    Where it is not clear whether GitHub has done it (no answer, or an error of its own), the branch is asked.

    Raises:
        MergeRefused: GitHub would not.
        github.GithubException, requests.RequestException: it is not merged.
    """
    before = head_if_contains(repository, into, revision.commit)
    if before is not None:
        return before
    try:
        return _ask(repository, revision, into, message)
    except GithubException as error:
        if error.status in REFUSALS and not is_rate_limit(error):
            raise MergeRefused(message_of(error)) from error
        if error.status < SERVER_ERROR:
            raise
        unclear: Exception = error
    except TRANSPORT_ERRORS as error:
        unclear = error
    after = head_if_contains(repository, into, revision.commit)
    if after is None:
        raise unclear
    return after


def head_if_contains(repository: Repository, branch: str, commit: str) -> str | None:
    """The head of a branch if the commit is in it, else None."""
    found = repository.compare(branch, commit, comparison_commits_per_page=1).complete()
    return None if found.ahead_by else found.base_commit.sha


def _ask(repository: Repository, revision: Revision, into: str, message: str) -> str:
    """Through its pull request, if that leads to the branch: then its rules hold, and it is shown as merged."""
    if revision.pull is not None and revision.pull.base == into:
        title, _, text = message.partition("\n")
        pull = repository.get_pull(revision.pull.number)
        return pull.merge(commit_title=title, commit_message=text.strip(), sha=revision.commit).sha
    merged = repository.merge(into, revision.commit, message)
    # No answer but success: somebody else was faster.
    return merged.sha if merged else repository.get_branch(into).commit.sha
