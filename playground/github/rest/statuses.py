"""Commit statuses: setting one, all of a commit, and what they come to together."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from playground.github.check_runs import CheckRun
from playground.github.hosted import Status
from playground.github.refs import SHA
from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import invalid, no_commit
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY

STATES = frozenset({"error", "failure", "pending", "success"})
LONGEST_DESCRIPTION = 140
DEFAULT_CONTEXT = "default"

routes = web.RouteTableDef()


@routes.post(REPOSITORY + "/statuses/{sha}")
async def set_status(request: web.Request) -> web.Response:
    of = await context(request)
    sha = of.given("sha")
    if not SHA.fullmatch(sha) or await of.repository.resolve(sha) != sha:
        raise no_commit(sha)
    given = await body(request)
    state = text(given, "state", "Status")
    if state not in STATES:
        raise invalid("Status", "state", "custom", "state is not included in the list")
    description = optional_text(given, "description", "Status")
    if description and len(description) > LONGEST_DESCRIPTION:
        raise invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)")
    status = of.hosted.set_status(
        sha,
        optional_text(given, "context", "Status") or DEFAULT_CONTEXT,
        state,
        creator=of.caller,
        description=description,
        target_url=optional_text(given, "target_url", "Status"),
    )
    return web.json_response(of.shapes.status(sha, status), status=201)


@routes.get(REPOSITORY + "/statuses/{ref:.+}")
@routes.get(REPOSITORY + "/commits/{ref:.+}/statuses")
async def statuses(request: web.Request) -> web.Response:
    """All statuses of a commit, newest first. The first path is an old one, which PyGithub asks for."""
    of = await context(request)
    sha = await of.resolve(of.given("ref"))
    listed = page(request, of.hosted.statuses(sha))
    return web.json_response([of.shapes.status(sha, status) for status in listed.items], headers=listed.headers)


@routes.get(REPOSITORY + "/commits/{ref:.+}/status")
async def combined(request: web.Request) -> web.Response:
    of = await context(request)
    sha = await of.resolve(of.given("ref"))
    latest = of.hosted.latest_statuses(sha)
    listed = page(request, latest)
    shape = {
        "state": together(latest),
        "statuses": [_without_creator(of, sha, status) for status in listed.items],
        "sha": sha,
        "total_count": len(latest),
        "repository": of.shapes.repository(of.hosted, of.repository.refs.default_branch()),
        "commit_url": of.shapes.links.commit(sha),
        "url": f"{of.shapes.links.commit(sha)}/status",
    }
    return web.json_response(shape, headers=listed.headers)


def together(statuses: Sequence[Status | CheckRun]) -> str:
    """The combined state: failure if one failed, pending if one is pending or there is none, else success."""
    states = {status.state for status in statuses}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def _without_creator(of: Context, sha: str, status: Status) -> dict[str, object]:
    return {key: value for key, value in of.shapes.status(sha, status).items() if key != "creator"}
