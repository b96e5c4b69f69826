"""A repository with everything that GitHub knows of it beside git: pull requests, statuses, protections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from playground.github.accounts import Account
from playground.github.check_runs import CheckRun, CheckRuns
from playground.github.conversation import Conversation
from playground.github.deployments import Deployment, Deployments
from playground.github.feed import Feed
from playground.github.merging import MergeConflict, merged_tree
from playground.github.repository import Repository
from playground.github.reviews import APPROVED, Reviews
from playground.github.rules import Rules
from playground.github.rulesets import Ruleset

NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class Status:
    id: int
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class Pull:
    """`head_sha` and `base_sha` follow the branches as long as it is open. `owner`: of the fork that it is from."""

    number: int
    title: str
    body: str
    author: Account
    head: str
    base: str
    head_sha: str
    base_sha: str
    created: datetime
    updated: datetime
    draft: bool = False
    closed: datetime | None = None
    merged: datetime | None = None
    merged_by: Account | None = None
    merge_commit: str | None = None
    owner: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.closed is None

    @property
    def source(self) -> str:
        """The branch that it comes from, with the owner where that is another one: mallory:feature-x."""
        return f"{self.owner}:{self.head}" if self.owner else self.head


@dataclass(frozen=True, slots=True)
class Protection:
    """What a branch demands of a merge: contexts that are green, and a number of approving reviews."""

    contexts: tuple[str, ...] = ()
    approvals: int = 0


@dataclass(slots=True)
class Hosted:
    """One hosted repository. `changing` is held by whoever moves a branch on behalf of the API.

    `roles` are those of the people who were given another one than everybody has; `forks` are by their owners.
    """

    repository: Repository
    feed: Feed
    pulls: dict[int, Pull] = field(default_factory=dict)
    protections: dict[str, Protection] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    rulesets: list[Ruleset] = field(default_factory=list)
    check_runs: CheckRuns = field(default_factory=CheckRuns)
    rules: Rules = field(default_factory=Rules)
    deployments: Deployments = field(default_factory=Deployments)
    conversation: Conversation = field(default_factory=Conversation)
    reviews: Reviews = field(default_factory=Reviews)
    parent: Hosted | None = None
    forks: dict[str, Hosted] = field(default_factory=dict)
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _noticing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _heads: dict[str, str] = field(default_factory=dict)
    _forked: dict[str, str] = field(default_factory=dict)
    _statuses: dict[str, list[Status]] = field(default_factory=dict)
    _mergeable: dict[tuple[str, str], bool] = field(default_factory=dict)
    _status_count: int = 0

    def statuses(self, sha: str) -> list[Status]:
        """All statuses that a commit ever got, newest first."""
        return list(reversed(self._statuses.get(sha, [])))

    def latest_statuses(self, sha: str) -> list[Status]:
        """The newest status of each context, in the order in which the contexts first came."""
        return list({status.context: status for status in self._statuses.get(sha, [])}.values())

    def set_status(
        self,
        sha: str,
        context: str,
        state: str,
        *,
        creator: Account,
        description: str | None = None,
        target_url: str | None = None,
    ) -> Status:
        self._status_count += 1
        status = Status(self._status_count, context, state, description, target_url, creator, datetime.now(UTC))
        self._statuses.setdefault(sha, []).append(status)
        told = {"context": context, "state": state, "description": description, "target_url": target_url}
        branches = [branch for branch, head in self._heads.items() if head == sha]
        self._tell("status", {"sha": sha, "branches": branches, **told})
        return status

    def save_check_run(self, run: CheckRun) -> CheckRun:
        saved = self.check_runs.save(run)
        told = {"name": saved.name, "status": saved.status, "conclusion": saved.conclusion}
        self._tell("check_run", {"sha": saved.head_sha, **told})
        return saved

    def reports(self, sha: str) -> list[Status | CheckRun]:
        """The latest of all that is reported of a commit."""
        return [*self.latest_statuses(sha), *self.check_runs.latest(sha)]

    def open_pulls(self) -> list[Pull]:
        return [pull for pull in self.pulls.values() if pull.open]

    def save_pull(self, pull: Pull, action: str) -> Pull:
        self.pulls[pull.number] = pull
        self._tell("pull_request", {"action": action, "pull": pull.number, "branch": pull.head})
        return pull

    async def mergeable(self, pull: Pull) -> bool:
        """Whether git can merge it by itself, asked once for each pair of commits."""
        pair = (pull.base_sha, pull.head_sha)
        if pair not in self._mergeable:
            try:
                await merged_tree(self.repository.git, *pair)
            except MergeConflict:
                self._mergeable[pair] = False
            else:
                self._mergeable[pair] = True
        return self._mergeable[pair]

    async def told_mergeable(self, pull: Pull) -> bool | None:
        """What the API tells of it: nothing yet to whoever asks first, because GitHub works it out once asked."""
        asked_before = (pull.base_sha, pull.head_sha) in self._mergeable
        mergeable = await self.mergeable(pull)
        return mergeable if asked_before else None

    def approvals(self, branch: str, sha: str) -> int:
        """By how many people a commit may be merged into a branch."""
        numbers = [pull.number for pull in self.open_pulls() if (pull.base, pull.head_sha) == (branch, sha)]
        words = [word for number in numbers for word in self.reviews.standing(number).values()]
        return words.count(APPROVED)

    async def notice(self, pusher: Account | None) -> None:
        """Look at the branches and do what follows from their changes since the last look."""
        async with self._noticing:
            await self._notice(pusher)
        if self.parent is not None:
            await self.parent.notice(pusher)

    async def _notice(self, pusher: Account | None) -> None:
        heads = self.repository.refs.branches()
        before, self._heads = self._heads, heads
        changed = [name for name in before.keys() | heads.keys() if before.get(name) != heads.get(name)]
        for name in sorted(changed):
            told = {"branch": name, "before": before.get(name, NOTHING), "after": heads.get(name, NOTHING)}
            self._tell("push", {**told, "pusher": pusher.login if pusher else None})
        await self._follow({*changed, *await self._look_at_forks()}, pusher)

    async def _look_at_forks(self) -> list[str]:
        """What has changed in them; it is fetched, because GitHub knows a commit of any fork in all of them."""
        before, self._forked = self._forked, {}
        for owner, fork in self.forks.items():
            heads = fork.repository.refs.branches()
            self._forked |= {f"{owner}:{name}": sha for name, sha in heads.items()}
            if any(before.get(f"{owner}:{name}") != sha for name, sha in heads.items()):
                await self.repository.fetch(fork.repository, f"+refs/heads/*:refs/forks/{owner}/*")
        return [name for name in before.keys() | self._forked.keys() if before.get(name) != self._forked.get(name)]

    async def _follow(self, changed: set[str], by: Account | None) -> None:
        for pull in [pull for pull in self.open_pulls() if changed & {pull.source, pull.base}]:
            now = datetime.now(UTC)
            head, base = (self._forked if pull.owner else self._heads).get(pull.source), self._heads.get(pull.base)
            if not head or not base:
                self.save_pull(replace(pull, closed=now, updated=now), "closed")
                continue
            current = replace(pull, head_sha=head, base_sha=base, updated=now)
            await self.repository.git.run("update-ref", f"refs/pull/{pull.number}/head", head)
            if pull.base in changed and await self.repository.contains(base, head):
                merged = replace(current, base_sha=pull.base_sha, closed=now, merged=now, merged_by=by)
                self.save_pull(replace(merged, merge_commit=base), "closed")
            else:
                self.save_pull(current, "synchronize")

    def tell_deployment(self, deployment: Deployment) -> None:
        self._tell("deployment_status", {"deployment": deployment.id, "sha": deployment.sha, "state": deployment.state})

    def tell_comment(self, number: int, action: str) -> None:
        self._tell("issue_comment", {"pull": number, "action": action})

    def _tell(self, kind: str, data: dict[str, object]) -> None:
        self.feed.add(kind, {"repository": self.repository.full_name, **data})
