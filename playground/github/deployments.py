"""The deployments of a repository, and what became of each (docs.github.com/rest/deployments)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from playground.github.accounts import Account

ACTIVE = "success"
INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    id: int
    state: str
    creator: Account
    at: datetime
    description: str = ""
    environment: str = ""
    environment_url: str = ""
    log_url: str = ""


@dataclass(slots=True)
class Deployment:
    """`production` tells that it is for an environment that its users see; `statuses` are oldest first."""

    id: int
    ref: str
    sha: str
    creator: Account
    at: datetime
    task: str = "deploy"
    environment: str = "production"
    description: str | None = None
    payload: object = None
    transient: bool = False
    production: bool = True
    statuses: list[DeploymentStatus] = field(default_factory=list)

    @property
    def state(self) -> str:
        """That of its last status; pending before it has one."""
        return self.statuses[-1].state if self.statuses else "pending"


@dataclass(slots=True)
class Deployments:
    _all: dict[int, Deployment] = field(default_factory=dict)
    _status_count: int = 0

    def get(self, number: int) -> Deployment | None:
        return self._all.get(number)

    def add(self, ref: str, sha: str, creator: Account) -> Deployment:
        deployment = Deployment(len(self._all) + 1, ref, sha, creator, datetime.now(UTC))
        self._all[deployment.id] = deployment
        return deployment

    def newest_first(self) -> list[Deployment]:
        return list(self._all.values())[::-1]

    def of_commits(self, commits: Iterable[str]) -> list[Deployment]:
        """Those of these commits, oldest first."""
        wanted = set(commits)
        return [deployment for deployment in self._all.values() if deployment.sha in wanted]

    def add_status(self, deployment: Deployment, state: str, creator: Account) -> DeploymentStatus:
        """A status with nothing but its state."""
        self._status_count += 1
        status = DeploymentStatus(self._status_count, state, creator, datetime.now(UTC))
        deployment.statuses.append(status)
        return status

    def put_out_of_use(self, by: Deployment, creator: Account) -> None:
        """What `auto_inactive` does with a deployment's success.

        Earlier successful ones of the environment get the status inactive, but for those that are transient or for a
        production environment.
        """
        for earlier in self._all.values():
            same = earlier.environment == by.environment and earlier.id < by.id
            if same and not earlier.transient and not earlier.production and earlier.state == ACTIVE:
                self.add_status(earlier, INACTIVE, creator)
