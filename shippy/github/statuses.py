"""What statuses and check runs say of a commit, and which of them a branch asks for."""

from __future__ import annotations

from itertools import count
from typing import Any
from urllib.parse import quote

from github.CheckRun import CheckRun
from github.CommitStatus import CommitStatus
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from shippy.github.faults import or_none
from shippy.github.together import both
from shippy.model import Status

# GitHub counts a required check as passed that is "successful, skipped, or neutral": docs.github.com, "About protected
# branches", in the section "Require status checks before merging".
PASSING = frozenset({"success", "skipped", "neutral"})
RULES_A_PAGE = 100
WORST_FIRST = ("error", "failure", "pending", "success")


def reported(repository: Repository, commit: str) -> dict[str, Status]:
    """All statuses and check runs, as `CodeHost.statuses` promises."""
    return _merged(*both(lambda: _statuses(repository, commit), lambda: _check_runs(repository, commit)))


def required_contexts(repository: Repository, branch: str) -> tuple[str, ...]:
    """The names that the protection of a branch and the rulesets ask for, each once and in their order.

    https://docs.github.com/en/rest/branches/branches#get-a-branch tells the former to whoever may read, and
    https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch the latter; an Enterprise without rulesets has
    no such page.
    """
    found, rules = both(
        lambda: repository.get_branch(branch).raw_data, lambda: or_none(lambda: _rules(repository, branch))
    )
    protection = found.get("protection") or {}
    told = list((protection.get("required_status_checks") or {}).get("contexts") or ())
    for rule in rules or ():
        if rule["type"] == "required_status_checks":
            told += [check["context"] for check in rule["parameters"]["required_status_checks"]]
    return tuple(dict.fromkeys(map(str, told)))


def _statuses(repository: Repository, commit: str) -> dict[str, Status]:
    # PyGithub's get_combined_status() reads the first page only.
    url = f"{repository.url}/commits/{commit}/status"
    found = PaginatedList(CommitStatus, repository.requester, url, None, list_item="statuses")
    return {status.context: _of_status(status) for status in found}


def _check_runs(repository: Repository, commit: str) -> dict[str, Status]:
    """The latest check run of each name: https://docs.github.com/en/rest/checks/runs. Of several, the worst counts."""
    url = f"{repository.url}/commits/{commit}/check-runs"
    found = PaginatedList(CheckRun, repository.requester, url, {"filter": "latest"}, list_item="check_runs")
    runs: dict[str, Status] = {}
    for run in found:
        runs = _merged(runs, {run.name: _of_run(run)})
    return runs


def _merged(some: dict[str, Status], others: dict[str, Status]) -> dict[str, Status]:
    """Both; of two with the same name, the worse one, because GitHub lets a commit pass only if both have.

    https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks
    """
    worse = {
        name: min(status, some.get(name, status), key=lambda one: _badness(one.state))
        for name, status in others.items()
    }
    return some | worse


def _rules(repository: Repository, branch: str) -> list[dict[str, Any]]:
    url = f"{repository.url}/rules/branches/{quote(branch, safe='')}"
    rules: list[dict[str, Any]] = []
    for page in count(1):
        _, found = repository.requester.requestJsonAndCheck("GET", url, {"per_page": RULES_A_PAGE, "page": page})
        rules += found
        if len(found) < RULES_A_PAGE:
            break
    return rules


def _of_status(status: CommitStatus) -> Status:
    return Status(status.context, status.state, status.description or "", status.target_url or None)


def _of_run(run: CheckRun) -> Status:
    """A conclusion that is not plain success is told in words: somebody may not expect that GitHub lets it pass."""
    title = (run.output.title if run.output else None) or ""
    url = run.details_url or run.html_url or None
    if run.status != "completed":
        return Status(run.name, "pending", title or _worded(run.status), url)
    if run.conclusion == "success":
        return Status(run.name, "success", title, url)
    passing = run.conclusion in PASSING
    told = f"{_worded(run.conclusion)}, which GitHub lets pass" if passing else _worded(run.conclusion)
    return Status(run.name, "success" if passing else "failure", f"{told}: {title}" if title else told, url)


def _worded(state: str | None) -> str:
    """ "timed out" of "timed_out"."""
    return (state or "no conclusion").replace("_", " ")


def _badness(state: str) -> int:
    """The lower, the worse; a state of tomorrow is the worst."""
    return WORST_FIRST.index(state) if state in WORST_FIRST else -1
