"""How far a pinned commit is from the branch it will be merged into, and what merging it would give."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from gevent import sleep
from github.GitCommit import GitCommit
from github.PullRequest import PullRequest
from github.Repository import Repository

from shippy.github.faults import or_none
from shippy.github.together import both
from shippy.model import Revision, Standing

LOOKS = 6
LOOK_SECONDS = 0.5


def standing(repository: Repository, revision: Revision, into: str) -> Standing:
    """Two requests at once, and a third where the pull request is merged or there is none.

    Raises:
        github.GithubException: GitHub knows the commit or the branch no more, or says something else.
    """
    compared, pull = both(
        lambda: repository.compare(into, revision.commit, comparison_commits_per_page=1).complete(),
        lambda: _pull(repository, revision),
    )
    main = compared.base_commit.sha
    merged = _merged_by(repository, pull, revision, into) if pull else None
    if merged is None and compared.ahead_by == 0:
        merged = main
    head = pull.head.sha if pull else _head(repository, revision)
    return Standing(main, compared.ahead_by, compared.behind_by, head, merged)


def looks() -> Iterator[int]:
    """The looks at what GitHub works out in the background once it is asked, with a pause before each but the first.

    That is whether a pull request can be merged, and its test merge:
    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    for look in range(LOOKS):
        sleep(LOOK_SECONDS if look else 0)
        yield look


def head_if_contains(repository: Repository, branch: str, commit: str) -> str | None:
    """The head of a branch if the commit is in it, else None."""
    found = repository.compare(branch, commit, comparison_commits_per_page=1).complete()
    return None if found.ahead_by else found.base_commit.sha


def tree(repository: Repository, commit: str) -> str:
    return repository.get_git_commit(commit).tree.sha


def merge_tree(repository: Repository, revision: Revision, into: str) -> str | None:
    """The tree of GitHub's test merge, if it is one of the commit into what the branch has now.

    `merge_commit_sha` is that merge as long as the pull request is open and mergeable; it may be one of an hour ago:
    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    if revision.pull is None or revision.pull.base != into:
        return None
    for _ in looks():
        pull, main = both(
            lambda: repository.get_pull(revision.pull.number).complete() if revision.pull else None,
            lambda: repository.get_branch(into).commit.sha,
        )
        if pull is None or pull.mergeable is False or pull.state != "open":
            return None
        made = _made(repository, pull)
        if made is not None and [parent.sha for parent in made.parents] == [main, revision.commit]:
            return made.tree.sha
    return None


def delete_branch(repository: Repository, revision: Revision) -> bool:
    """Delete the branch of a revision, if it has the revision's commit now; tells whether it did."""
    branch = revision.branch
    if branch is None or _head(repository, revision) != revision.commit:
        return False
    # PyGithub's GitRef knows the address that it was asked at, which is not the one that it can be deleted at.
    url = f"{repository.url}/git/refs/heads/{quote(branch)}"
    return or_none(lambda: repository.requester.requestJsonAndCheck("DELETE", url)) is not None


def _made(repository: Repository, pull: PullRequest) -> GitCommit | None:
    return or_none(lambda: repository.get_git_commit(pull.merge_commit_sha).complete()) if pull.mergeable else None


def _pull(repository: Repository, revision: Revision) -> PullRequest | None:
    return repository.get_pull(revision.pull.number).complete() if revision.pull else None


def _head(repository: Repository, revision: Revision) -> str | None:
    branch = revision.branch
    found = or_none(lambda: repository.get_branch(branch)) if branch else None
    return found.commit.sha if found and found.name == branch else None


def _merged_by(repository: Repository, pull: PullRequest, revision: Revision, into: str) -> str | None:
    """The commit that a merged pull request has put on the branch, if it has brought exactly this revision there."""
    if not pull.merged or pull.base.ref != into or pull.head.sha != revision.commit:
        return None
    return pull.merge_commit_sha if head_if_contains(repository, into, pull.merge_commit_sha) else None
