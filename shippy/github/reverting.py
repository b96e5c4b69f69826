"""A pull request that takes back what a merge brought.

GitHub's REST API has no call for it, and needs none: a commit on top of the merge, with the files as they were before
it, is the exact opposite of that merge. Merged into a branch that has gone on since, it leaves what came later alone.
"""

from __future__ import annotations

from itertools import islice

from github import GithubException
from github.Commit import Commit
from github.PullRequest import PullRequest
from github.Repository import Repository

from shippy.errors import MergeRefused
from shippy.github.faults import REFUSALS, is_rate_limit, message_of, or_none
from shippy.model import Revision

BRANCH = "shippy/revert-{commit:.12}"
COMMITS_LOOKED_THROUGH = 100
"""How far back on the branch the merge is looked for: one request."""


def revert(repository: Repository, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
    """Open the pull request, or find the one that is open; None where no merge has brought the revision.

    Raises:
        MergeRefused: GitHub would not.
        github.GithubException, requests.RequestException: there is none.
    """
    merge = _merge_of(repository, revision, into)
    if merge is None:
        return None
    branch = BRANCH.format(commit=merge.sha)
    try:
        if or_none(lambda: repository.get_git_ref(f"heads/{branch}").complete()) is None:
            _push(repository, merge, branch, title)
        owner = repository.full_name.partition("/")[0]
        opened = repository.get_pulls(state="open", head=f"{owner}:{branch}", base=into)
        return next(iter(opened), None) or repository.create_pull(base=into, head=branch, title=title, body=body)
    except GithubException as error:
        if error.status in REFUSALS and not is_rate_limit(error):
            raise MergeRefused(message_of(error)) from error
        raise


def _merge_of(repository: Repository, revision: Revision, into: str) -> Commit | None:
    """The commit on the branch that brought the revision: what its pull request names, or a merge that has it."""
    if revision.pull is not None:
        pull = repository.get_pull(revision.pull.number).complete()
        if pull.merged and pull.merge_commit_sha:
            return repository.get_commit(pull.merge_commit_sha).complete()
    recent = islice(repository.get_commits(sha=into), COMMITS_LOOKED_THROUGH)
    brought = (commit for commit in recent if revision.commit in [parent.sha for parent in commit.parents[1:]])
    return next(brought, None)


def _push(repository: Repository, merge: Commit, branch: str, message: str) -> None:
    before = repository.get_git_commit(merge.parents[0].sha)
    commit = repository.create_git_commit(message, before.tree, [repository.get_git_commit(merge.sha)])
    repository.create_git_ref(f"refs/heads/{branch}", commit.sha)
