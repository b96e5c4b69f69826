"""What the pages show, gathered from a hosted repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.github.check_runs import CheckRun
from playground.github.comparing import FileChange, apart, files_between, patch_between
from playground.github.hosted import Hosted, Pull, Status
from playground.github.repository import Commit
from playground.github.rest.commits import EMPTY_TREE
from playground.github.rest.statuses import together
from playground.github.web.diff import FileDiff, parse

SIGN_OFF = "qa/sign-off"
MOST_DIFF_LINES = 3000


@dataclass(frozen=True, slots=True)
class BranchView:
    """A branch, with its pull request if it has one, and the statuses and check runs of its head."""

    name: str
    head: Commit
    statuses: Sequence[Status | CheckRun]
    pull: Pull | None
    mergeable: bool | None
    ahead_by: int
    behind_by: int

    @property
    def state(self) -> str:
        return together(self.statuses)

    @property
    def signed_off(self) -> bool:
        return any(status.context == SIGN_OFF and status.state == "success" for status in self.statuses)


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two commits as a page shows it."""

    files: Sequence[FileChange]
    diffs: Sequence[FileDiff]

    @property
    def additions(self) -> int:
        return sum(file.additions for file in self.files)

    @property
    def deletions(self) -> int:
        return sum(file.deletions for file in self.files)


async def branch_view(hosted: Hosted, name: str, sha: str, *, against: str, pull: Pull | None) -> BranchView:
    """`against` is the commit that it is compared with: its pull request's base, or the main branch."""
    ahead_by, behind_by = await apart(hosted.repository, against, sha)
    return BranchView(
        name=name,
        head=await hosted.repository.commit(sha),
        statuses=hosted.reports(sha),
        pull=pull,
        mergeable=await hosted.mergeable(pull) if pull and pull.open else None,
        ahead_by=ahead_by,
        behind_by=behind_by,
    )


async def branch_views(hosted: Hosted) -> list[BranchView]:
    """Every branch: those with a pull request first, in the order of their numbers; then the others by name."""
    pulls = {pull.source: pull for pull in hosted.open_pulls()}
    heads = hosted.repository.refs.branches()
    main = heads.get(hosted.repository.refs.default_branch())
    views = []
    for name, sha in heads.items():
        pull = pulls.get(name)
        against = pull.base_sha if pull else main or sha
        views.append(await branch_view(hosted, name, sha, against=against, pull=pull))
    return sorted(views, key=lambda view: (view.pull is None, view.pull.number if view.pull else 0, view.name))


async def changes(hosted: Hosted, old: str, new: str) -> Changes:
    patch = await patch_between(hosted.repository, old, new)
    return Changes(await files_between(hosted.repository, old, new), parse(patch, MOST_DIFF_LINES))


async def changes_of(hosted: Hosted, commit: Commit) -> Changes:
    """What a commit changed, against its first parent."""
    return await changes(hosted, commit.parents[0] if commit.parents else EMPTY_TREE, commit.sha)
