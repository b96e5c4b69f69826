"""What a token or an app may do on GitHub, for the doctor. Everything here only asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from github import GithubException
from github.Branch import Branch
from github.Repository import Repository

from shippy.config.github import GitHub
from shippy.github.connecting import connect
from shippy.github.faults import github_answers, or_none
from shippy.github.repository import GitHubRepository
from shippy.model import Status

# What GitHub says where the rules of a branch are not for this token to see, which takes an administrator's.
HIDDEN = frozenset({403, 404})
A_FEW = 5


@dataclass(frozen=True, slots=True)
class Account:
    """What GitHub says of a token, whatever it is used for.

    Attributes:
        scopes: those of a classic token; None for any other kind, whose rights GitHub does not list.
        remaining, limit: of this hour's requests; None where GitHub sets no limit.
        clock: by how many seconds GitHub's clock is ahead of this machine's.
    """

    scopes: frozenset[str] | None
    remaining: int | None
    limit: int | None
    clock: float


@dataclass(frozen=True, slots=True)
class RepositoryAccess:
    """`may_push` is what the token's owner may do, or None where GitHub does not say."""

    private: bool
    archived: bool
    may_push: bool | None


@dataclass(frozen=True, slots=True)
class MainBranch:
    """The branch that deploys merge into.

    Attributes:
        head: its commit.
        protected: whether GitHub has rules for what is merged into it.
        contexts: of the statuses that its rules ask for, as far as GitHub tells.
        approvals: of a pull request, that its rules ask for, as far as GitHub tells.
    """

    head: str
    protected: bool
    contexts: frozenset[str] = frozenset()
    approvals: int = 0


class Access:
    """Asks GitHub what the config's token or app may do.

    Every method raises Unavailable where GitHub does not answer, or refuses.

    Args:
        timeout: seconds that each answer may take.
    """

    def __init__(self, github: GitHub, timeout: int) -> None:
        self._client = connect(github, timeout)

    def account(self) -> Account:
        """Ask for this hour's budget, which costs nothing: https://docs.github.com/en/rest/rate-limit"""
        ask = self._client.requester.requestJsonAndCheck
        with github_answers():
            # Enterprise says that there is no such thing where it has no limits.
            told = or_none(lambda: ask("GET", "/rate_limit"))
            headers, content = told or ask("GET", "/meta")
            core = content["resources"]["core"] if told else {}
        scopes = headers.get("x-oauth-scopes")
        return Account(
            scopes=None if scopes is None else frozenset(filter(None, scopes.replace(" ", "").split(","))),
            remaining=core.get("remaining"),
            limit=core.get("limit"),
            clock=_ahead(headers.get("date", "")),
        )

    def permissions(self) -> Mapping[str, str] | None:
        """What an app may do where it is installed, such as contents: write; None with a token instead of an app."""
        with github_answers():
            return self._client.installation.permissions() if self._client.installation else None

    def repository(self, name: str) -> RepositoryAccess | None:
        """None: there is no such repository, or not for this token to see, which GitHub does not tell apart."""
        with github_answers():
            found = or_none(lambda: self._client.get_repo(name).complete())
            if found is None:
                return None
            permissions = found.raw_data.get("permissions", {})
            return RepositoryAccess(private=found.private, archived=found.archived, may_push=permissions.get("push"))

    def main_branch(self, name: str, branch: str) -> MainBranch | None:
        """None: the repository has no branch of this name."""
        repository = self._client.get_repo(name)
        with github_answers():
            found = or_none(lambda: repository.get_branch(branch))
            if found is None:
                return None
            if not found.protected:
                return MainBranch(found.commit.sha, protected=False)
            return _with_rules(repository, found)

    def statuses(self, name: str, commit: str) -> Mapping[str, Status]:
        """The latest status of each context on a commit."""
        return GitHubRepository(self._client, name).statuses(commit)

    def deployments(self, name: str, environment: str) -> int:
        """How many deployments to an environment there are, of the newest few."""
        url = f"/repos/{name}/deployments"
        with github_answers():
            asked = {"environment": environment, "per_page": A_FEW}
            _, found = self._client.requester.requestJsonAndCheck("GET", url, parameters=asked)
            return len(found)

    def members(self, name: str, team: str) -> int:
        """How many people are in a team, "acme/ops"."""
        return len(GitHubRepository(self._client, name).team(team))

    def may_push(self, name: str, login: str) -> bool:
        """Whether somebody may push to a repository. Only a token that may push itself is told."""
        return GitHubRepository(self._client, name).may_push(login)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _with_rules(repository: Repository, branch: Branch) -> MainBranch:
    """The statuses are also told to those who may not see the other rules."""
    told = branch.raw_data.get("protection", {}).get("required_status_checks") or {}
    contexts = frozenset(str(context) for context in told.get("contexts", ()))
    try:
        _, rules = repository.requester.requestJsonAndCheck("GET", branch.protection_url)
    except GithubException as error:
        if error.status not in HIDDEN:
            raise
        rules = {}
    reviews = rules.get("required_pull_request_reviews") or {}
    approvals = int(reviews.get("required_approving_review_count", 0))
    return MainBranch(branch.commit.sha, protected=True, contexts=contexts, approvals=approvals)


def _ahead(date: str) -> float:
    if not date:
        return 0.0
    return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
