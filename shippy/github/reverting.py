"""Opens a pull request that takes back what a merge brought.

GitHub's REST API has no call for it, and needs none: a commit on top of the merge, with the files as they were before
it, is the exact opposite of that merge. Merged into a branch that has gone on since, it leaves what came later alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from github import GithubException
from github.GitCommit import GitCommit
from github.PullRequest import PullRequest
from github.Repository import Repository

from shippy.errors import MergeRefused
from shippy.github.faults import message_of, once, or_none
from shippy.github.standing import head_if_contains
from shippy.model import Revision

BRANCH = "shippy/revert-{commit:.12}"
COMMITS_LOOKED_THROUGH = 100
"""How far back on the branch a merge is looked for: one request."""
COMMITS_OF_A_PULL = 250
"""GitHub lists no more of a pull request's commits:
https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request"""


@dataclass(frozen=True, slots=True)
class Brought:
    """The commit with which a branch got something, and the one that it had before that."""

    tip: GitCommit
    before: str


def revert(repository: Repository, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
    """Open the pull request, or find the one of an earlier call that is open or merged.

    One that somebody has closed is not opened again: there is a new one. None where no merge has brought the revision.

    Raises:
        MergeRefused: GitHub would not.
        github.GithubException, requests.RequestException: there is none.
    """
    brought = _by_pull(repository, revision, into) or _by_merge(repository, revision, into)
    if brought is None:
        return None
    branch = BRANCH.format(commit=brought.tip.sha)

    def opened() -> PullRequest | None:
        return _opened(repository, branch, into)

    def open_it() -> PullRequest:
        if or_none(lambda: repository.get_git_ref(f"heads/{branch}").complete()) is None:
            _push(repository, brought, branch)
        return repository.create_pull(base=into, head=branch, title=title, body=body)

    return opened() or once(open_it, opened, _refused)


def _refused(error: GithubException) -> MergeRefused:
    return MergeRefused(f"{message_of(error)} ({error.status})")


def _by_pull(repository: Repository, revision: Revision, into: str) -> Brought | None:
    """What the revision's pull request brought, in whichever of GitHub's three ways it was merged."""
    if revision.pull is None or revision.pull.base != into:
        return None
    pull = repository.get_pull(revision.pull.number).complete()
    if not pull.merged or head_if_contains(repository, into, pull.merge_commit_sha) is None:
        return None
    tip = repository.get_git_commit(pull.merge_commit_sha)
    if len(tip.parents) == 1:
        return Brought(tip, _before_the_first(repository, pull, tip))
    if tip.sha == pull.head.sha:
        raise MergeRefused(f"{into} was moved to {tip.sha:.8} without a merge, so nobody can tell what it was before")
    return Brought(tip, tip.parents[0].sha)


def _by_merge(repository: Repository, revision: Revision, into: str) -> Brought | None:
    """What a merge without a pull request brought."""
    recent = islice(repository.get_commits(sha=into), COMMITS_LOOKED_THROUGH)
    merges = (commit for commit in recent if revision.commit in [parent.sha for parent in commit.parents[1:]])
    merge = next(merges, None)
    return Brought(repository.get_git_commit(merge.sha), merge.parents[0].sha) if merge else None


def _before_the_first(repository: Repository, pull: PullRequest, tip: GitCommit) -> str:
    """The commit before a squashed pull request, or before the first of its commits where they were rebased.

    GitHub does not tell which it was. A rebased commit has the message, the author and the author's date of the one
    that it was made from; a squash is written when it is merged.
    """
    own = list(pull.get_commits())
    written = {_as_written(commit.commit) for commit in own}
    if _as_written(tip) in written and len(own) >= COMMITS_OF_A_PULL:
        raise MergeRefused(f"the pull request has {pull.commits} commits, and GitHub lists {COMMITS_OF_A_PULL} of them")
    before = tip.parents[0].sha
    for commit in islice(repository.get_commits(sha=tip.sha), 1, len(own)):
        if commit.sha != before or _as_written(tip) not in written or _as_written(commit.commit) not in written:
            break
        before = commit.parents[0].sha
    return before


def _as_written(commit: GitCommit) -> tuple[object, ...]:
    author = commit.author
    return commit.message, author.name, author.email, author.date


def _opened(repository: Repository, branch: str, into: str) -> PullRequest | None:
    owner = repository.full_name.partition("/")[0]
    pulls = list(islice(repository.get_pulls(state="all", head=f"{owner}:{branch}", base=into), COMMITS_LOOKED_THROUGH))
    standing = (pull for pull in pulls if pull.state == "open" or pull.merged_at is not None)
    return next(standing, None)


def _push(repository: Repository, brought: Brought, branch: str) -> None:
    # Nothing that people have written: a message on a branch mentions people, and closes issues.
    message = f"Take back {brought.tip.sha}\n\nThe files are as they were in {brought.before}."
    tree = repository.get_git_commit(brought.before).tree
    commit = repository.create_git_commit(message, tree, [brought.tip])
    repository.create_git_ref(f"refs/heads/{branch}", commit.sha)
