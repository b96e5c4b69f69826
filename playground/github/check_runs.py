"""Check runs: what apps report of a commit, beside the statuses that anybody may set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from playground.github.accounts import Account

STATUSES = frozenset({"queued", "in_progress", "completed", "waiting", "requested", "pending"})
CONCLUSIONS = frozenset(
    {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"}
)
PASSING = frozenset({"success", "neutral", "skipped"})


@dataclass(frozen=True, slots=True)
class CheckRun:
    """The last four properties are those of a status, for whoever looks at both alike."""

    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    title: str | None
    summary: str | None
    details_url: str | None
    app: Account
    started: datetime
    completed: datetime | None = None

    @property
    def context(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.status != "completed":
            return "pending"
        return "success" if self.conclusion in PASSING else "failure"

    @property
    def description(self) -> str:
        return self.title or (self.conclusion or self.status).replace("_", " ")

    @property
    def target_url(self) -> str | None:
        return self.details_url


@dataclass(slots=True)
class CheckRuns:
    """Those of one repository, by their numbers."""

    all: dict[int, CheckRun] = field(default_factory=dict)

    def save(self, run: CheckRun) -> CheckRun:
        """Keep a new one, whose number is 0, or the new state of one."""
        saved = run if run.id else replace(run, id=len(self.all) + 1)
        self.all[saved.id] = saved
        return saved

    def of(self, sha: str) -> list[CheckRun]:
        """All of a commit, newest first."""
        return [run for run in reversed(self.all.values()) if run.head_sha == sha]

    def latest(self, sha: str) -> list[CheckRun]:
        """The newest of each name and app."""
        return list({(run.name, run.app.login): run for run in reversed(self.of(sha))}.values())
