"""GitHub: the token or the app, and what it may do with each app's repository."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from shippy.config.schema import App, Config
from shippy.doctor.findings import Finding, Findings, clock, missing, ok, reason, warning
from shippy.errors import Unavailable
from shippy.github.access import Access, MainBranch, RepositoryAccess

ANSWER_SECONDS = 4
# A deploy asks for some twenty things: with less than this left, a busy hour can end in "rate limited".
FEW_REQUESTS = 200
# What an app needs where it is installed, with what for: https://docs.github.com/en/rest/authentication
PERMISSIONS: Mapping[str, tuple[str, str]] = {
    "contents": ("write", "to merge"),
    "pull_requests": ("write", "to merge pull requests"),
    "statuses": ("read", "to see what CI and QA say"),
    "checks": ("read", "to see check runs, such as those of GitHub Actions"),
}
# What it needs besides where an app's `github_deployments` asks for more; comments take pull_requests: write.
PERMISSIONS_TO_SHOW: Mapping[str, tuple[str, str]] = {"deployments": ("write", "to show deploys on GitHub")}
LEVELS = ("read", "write", "admin")


def github(config: Config) -> Findings:
    with closing(Access(config.github, ANSWER_SECONDS)) as access:
        try:
            account = access.account()
        except Unavailable as error:
            yield missing(f"GitHub cannot be used: {reason(error)}")
            return
        yield ok(f"GitHub accepts the {'app' if config.github.app else 'token'}")
        yield from clock("GitHub's", account.clock)
        if account.remaining is not None and account.limit is not None:
            told = f"{account.remaining} of {account.limit} requests are left this hour"
            yield ok(told) if account.remaining > FEW_REQUESTS else warning(f"{told}: who else uses this token?")
        yield from _permissions(access, shows=any(app.github_deployments for app in config.apps.values()))
        for app in config.apps.values():
            yield from _repository(access, app, account.scopes, by_role=config.github.app is None)
        if config.people.require_push and config.people.github:
            yield from _pushers(access, config)


def _permissions(access: Access, *, shows: bool) -> Findings:
    granted = access.permissions()
    if granted is None:
        return
    wanted = {**PERMISSIONS, **(PERMISSIONS_TO_SHOW if shows else {})}
    for name, (level, purpose) in wanted.items():
        if granted.get(name) not in LEVELS[LEVELS.index(level) :]:
            yield missing(f"the app lacks the permission {name}: {level}, {purpose}: grant it in the app's settings")


def _repository(access: Access, app: App, scopes: frozenset[str] | None, *, by_role: bool) -> Findings:
    name = app.repository
    found = access.repository(name)
    if found is None:
        yield missing(f"there is no repository {name}, or this token may not see it: give it access")
        return
    yield _may_merge(name, found, scopes, by_role=by_role)
    main = access.main_branch(name, app.main)
    if main is None:
        yield missing(f"{name} has no branch {app.main}: correct the app's `main`")
        return
    yield ok(f"{name} has the branch {app.main}{', which is protected' if main.protected else ''}")
    yield from _rules(app, main)
    try:
        access.statuses(name, main.head)
    except Unavailable as error:
        yield missing(f"the commit statuses of {name} cannot be read: {reason(error)}. Let the token read them")
    else:
        yield ok(f"the commit statuses of {name} can be read")
    yield from _teams(access, app)
    yield from _shown(access, app)


def _teams(access: Access, app: App) -> Findings:
    for team in app.checks.teams:
        try:
            members = access.members(app.repository, team)
        except Unavailable as error:
            yield missing(
                f"who is in the team {team} cannot be read: {reason(error)}. Give the token the scope read:org, or the "
                "organization's permission Members (read)"
            )
        else:
            yield (
                ok(f"the members of the team {team} can be read: {members}")
                if members
                else warning(f"nobody is in the team {team}")
            )


def _shown(access: Access, app: App) -> Findings:
    """GitHub does not tell whether a token may write deployments; one that may not even read them may not."""
    name, settings = app.repository, app.github_deployments
    if settings is None:
        return
    try:
        access.deployments(name, settings.environment)
    except Unavailable as error:
        yield missing(
            f"the deployments of {name} cannot be read, for `github_deployments`: {reason(error)}. Let the token read "
            "and write them"
        )
    else:
        yield ok(f"the deployments of {name} can be read, for `github_deployments`")


def _may_merge(name: str, found: RepositoryAccess, scopes: frozenset[str] | None, *, by_role: bool) -> Finding:
    if found.archived:
        return missing(f"{name} is archived, so nothing can be merged there")
    if by_role and found.may_push is False:
        return missing(f"{name} can be read, but not merged into: give the token's owner the role Write there")
    wanted = {"repo"} if found.private else {"repo", "public_repo"}
    if scopes is not None and not scopes & wanted:
        return missing(f"{name} cannot be merged into: give the token the scope {' or '.join(sorted(wanted))}")
    return ok(f"{name} can be read, and merged into")


def _pushers(access: Access, config: Config) -> Findings:
    """Whether GitHub says who may push. One answer shows that, whatever it is."""
    login = min(config.people.github.values())
    for name in sorted({app.repository for app in config.apps.values()}):
        try:
            access.may_push(name, login)
        except Unavailable as error:
            yield missing(f"GitHub does not say who may push to {name}, for `people.require_push`: {reason(error)}")
        else:
            yield ok(f"GitHub says who may push to {name}, for `people.require_push`")


def _rules(app: App, main: MainBranch) -> Findings:
    """What would have a commit refused at 100 %, when it could have been known before the deploy."""
    merges = f"GitHub merges into {app.main} of {app.repository} only with"
    unchecked = sorted(context for context in main.contexts if not app.checks.requires(context))
    if unchecked:
        yield warning(
            f"{merges} {', '.join(unchecked)}, which shippy does not check before it ships: add this to the app's "
            "`checks.statuses`"
        )
    if main.approvals > app.checks.approvals.needed:
        approvals = "1 approval" if main.approvals == 1 else f"{main.approvals} approvals"
        yield warning(
            f"{merges} {approvals}, which shippy does not check before it ships: set "
            "`checks.approvals.needed`, or the merge may be refused at 100 %"
        )
