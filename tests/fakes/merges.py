"""What the fake code host does of merges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shippy.errors import MergeRefused, Unavailable, UnknownRef
from shippy.model import MergeMethod, MergeRefusal, PullRequest, Revision, Standing
from tests.fakes.history import History
from tests.fakes.steered import Steered

HEAD_MOVED = "Head branch was modified. Review and try the merge again."


@dataclass
class FakePull:
    """`merged` is the commit by which its base has it."""

    pull: PullRequest
    branch: str
    state: str = "open"
    head: str = ""
    merged: str | None = None
    fork: str | None = None
    labels: frozenset[str] = frozenset()
    changed: int = 0


class FakeMerges(Steered):
    """The part of `shippy.ports.CodeHost` that looks at merges and makes them."""

    def __init__(self) -> None:
        super().__init__()
        self.branches: dict[str, str] = {}
        self.forked: dict[str, str] = {}
        self._history = History()
        self._pulls: dict[int, FakePull] = {}
        self._refusal: MergeRefused | None = None
        self._loses_answers = False
        self._before_merge: Callable[[], object] = lambda: None

    def refuse_merges(self, reason: str | None, kind: MergeRefusal = MergeRefusal.OTHER) -> None:
        """Answer every merge with this refusal; None: merge again."""
        self._refusal = MergeRefused(reason, kind) if reason else None

    def lose_answers_of_merges(self, *, lose: bool = True) -> None:
        """Do what a merge asks, and then raise Unavailable, as when the connection breaks before the answer."""
        self._loses_answers = lose

    def before_merges(self, what: Callable[[], object]) -> None:
        """Let something happen in the moment before GitHub does what a merge asks."""
        self._before_merge = what

    # The port

    def standing(self, revision: Revision, into: str) -> Standing:
        self._called("standing", revision, into)
        for name in (into, revision.commit):
            if name not in self._history.parents and name not in self.branches:
                raise UnknownRef(name)
        main = self.branches[into]
        ours, theirs = self._history.up_to(main), self._history.up_to(revision.commit)
        known = self._pulls.get(revision.pull.number) if revision.pull else None
        source = revision.branch or (known.branch if known else "")
        head = self.branches.get(source) or self.forked.get(source)
        return Standing(main, len(theirs - ours), len(ours - theirs), head, self._merged(revision, into))

    def tree(self, commit: str) -> str:
        self._called("tree", commit)
        if commit not in self._history.parents:
            raise UnknownRef(commit)
        return self._history.tree(commit)

    def merge_tree(self, revision: Revision, into: str) -> str | None:
        self._called("merge_tree", revision, into)
        if revision.pull is None or revision.pull.base != into or self._refusal is not None:
            return None
        return self._history.tree(self.branches[into], revision.commit)

    def merge(self, revision: Revision, into: str, message: str, method: MergeMethod = MergeMethod.MERGE) -> str:
        self._called("merge", revision, into, message, method)
        merged = self._merged(revision, into)
        if merged is not None:
            return merged
        self._before_merge()
        if self._unavailable is not None:
            raise self._unavailable
        if self._refusal is not None:
            raise self._refusal
        pull = revision.pull if revision.pull and revision.pull.base == into else None
        if pull is not None and revision.branch is not None and self.branches[revision.branch] != revision.commit:
            raise MergeRefused(HEAD_MOVED, MergeRefusal.HEAD_MOVED)
        if pull is None and method is not MergeMethod.MERGE:
            raise MergeRefused(f"GitHub has {method} for pull requests only", MergeRefusal.NO_PULL)
        merged = self._merge(self.branches[into], revision.commit, method)
        self.branches[into] = merged
        if pull is not None:
            known = self._pulls[pull.number]
            known.state, known.head, known.merged = "merged", revision.commit, merged
        if self._loses_answers:
            raise Unavailable("GitHub", "the connection broke")
        return merged

    def delete_branch(self, revision: Revision) -> bool:
        self._called("delete_branch", revision)
        if revision.branch is None or self.branches.get(revision.branch) != revision.commit:
            return False
        if self._refusal is not None:
            raise self._refusal
        del self.branches[revision.branch]
        return True

    # How it works

    def _tip(self, branch: str) -> str:
        return self.branches.get(branch) or self.forked[branch]

    def _merge(self, base: str, head: str, method: MergeMethod) -> str:
        if method is MergeMethod.MERGE:
            return self._history.add(base, head, change=False)
        return self._history.squash(base, head)

    def _merged(self, revision: Revision, into: str) -> str | None:
        known = self._pulls.get(revision.pull.number) if revision.pull else None
        if known and known.pull.base == into and known.head == revision.commit and known.merged:
            return known.merged
        main = self.branches[into]
        return main if revision.commit in self._history.up_to(main) else None
