"""Deployments and their statuses (docs.github.com/rest/deployments)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from playground.github.deployments import ACTIVE, Deployment, DeploymentStatus
from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import Refusal, invalid, not_found
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json, instant

DEPLOYMENTS = REPOSITORY + "/deployments"
DEPLOYMENT = DEPLOYMENTS + r"/{deployment:\d+}"
STATES = frozenset({"error", "failure", "inactive", "in_progress", "queued", "pending", "success"})
LONGEST_DESCRIPTION = 140
PRODUCTION = "production"

routes = web.RouteTableDef()


@routes.get(DEPLOYMENTS)
async def deployments(request: web.Request) -> web.Response:
    """Filtered by `sha`, `ref`, `task` and `environment`, newest first."""
    of = await context(request)
    wanted = {name: value for name in ("sha", "ref", "task", "environment") if (value := request.query.get(name))}
    kept = [
        one
        for one in of.hosted.deployments.newest_first()
        if all(getattr(one, name) == value for name, value in wanted.items())
    ]
    listed = page(request, kept)
    return web.json_response([_shape(of, one) for one in listed.items], headers=listed.headers)


@routes.post(DEPLOYMENTS)
async def create(request: web.Request) -> web.Response:
    of = await context(request)
    given = await body(request)
    ref = text(given, "ref", "Deployment")
    sha = await of.repository.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No ref found for: {ref}")
    if _flag(given, "auto_merge", default=True):
        await _refuse_behind(of, ref, sha)
    _refuse_red(of, given, ref, sha)
    deployment = of.hosted.deployments.add(ref, sha, of.caller)
    deployment.task = optional_text(given, "task", "Deployment") or deployment.task
    deployment.environment = optional_text(given, "environment", "Deployment") or deployment.environment
    deployment.description = optional_text(given, "description", "Deployment")
    deployment.payload = given.get("payload") or {}
    deployment.transient = _flag(given, "transient_environment", default=False)
    deployment.production = _flag(given, "production_environment", default=deployment.environment == PRODUCTION)
    of.hosted.tell_deployment(deployment)
    return web.json_response(_shape(of, deployment), status=201)


@routes.get(DEPLOYMENT)
async def deployment(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(_shape(of, _found(of)))


@routes.get(DEPLOYMENT + "/statuses")
async def statuses(request: web.Request) -> web.Response:
    """Newest first."""
    of = await context(request)
    deployment = _found(of)
    listed = page(request, deployment.statuses[::-1])
    return web.json_response([_status(of, deployment, one) for one in listed.items], headers=listed.headers)


@routes.get(DEPLOYMENT + r"/statuses/{status:\d+}")
async def status(request: web.Request) -> web.Response:
    of = await context(request)
    deployment = _found(of)
    number = int(of.given("status"))
    found = next((one for one in deployment.statuses if one.id == number), None)
    if found is None:
        raise not_found()
    return web.json_response(_status(of, deployment, found))


@routes.post(DEPLOYMENT + "/statuses")
async def set_status(request: web.Request) -> web.Response:
    of = await context(request)
    deployment = _found(of)
    given = await body(request)
    state = text(given, "state", "DeploymentStatus")
    if state not in STATES:
        raise invalid("DeploymentStatus", "state", "custom", "state is not included in the list")
    description = optional_text(given, "description", "DeploymentStatus") or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise invalid(
            "DeploymentStatus", "description", "custom", "description is too long (maximum is 140 characters)"
        )
    urls = {name: optional_text(given, name, "DeploymentStatus") for name in ("log_url", "target_url")}
    status = replace(
        of.hosted.deployments.add_status(deployment, state, of.caller),
        description=description,
        environment=optional_text(given, "environment", "DeploymentStatus") or deployment.environment,
        environment_url=optional_text(given, "environment_url", "DeploymentStatus") or "",
        log_url=urls["log_url"] or urls["target_url"] or "",
    )
    deployment.statuses[-1] = status
    if state == ACTIVE and _flag(given, "auto_inactive", default=True):
        of.hosted.deployments.put_out_of_use(deployment, of.caller)
    of.hosted.tell_deployment(deployment)
    return web.json_response(_status(of, deployment, status), status=201)


def _found(of: Context) -> Deployment:
    deployment = of.hosted.deployments.get(int(of.given("deployment")))
    if deployment is None:
        raise not_found()
    return deployment


async def _refuse_behind(of: Context, ref: str, sha: str) -> None:
    """GitHub merges its default branch into a ref that is behind it, if it can. (Doing that is not needed here.)"""
    main = of.repository.refs.default_branch()
    if not await of.repository.contains(sha, str(of.repository.refs.branch(main))):
        raise Refusal(409, f"Conflict merging {main} into {ref}.")


def _refuse_red(of: Context, given: Mapping[str, object], ref: str, sha: str) -> None:
    """The required contexts have to be successful: those that are named, or else all that the commit has."""
    states = {status.context: status.state for status in of.hosted.latest_statuses(sha)}
    required = given.get("required_contexts")
    if required is not None and not isinstance(required, list):
        raise invalid("Deployment", "required_contexts", "invalid")
    if any(states.get(name) != ACTIVE for name in (states if required is None else required)):
        error = {"resource": "Deployment", "field": "required_contexts", "code": "invalid"}
        raise Refusal(409, f"Conflict: Commit status checks failed for {ref}.", [error])


def _flag(given: Mapping[str, object], name: str, *, default: bool) -> bool:
    value = given.get(name)
    return value if isinstance(value, bool) else default


def _shape(of: Context, deployment: Deployment) -> Json:
    links = of.shapes.links
    url = f"{links.api}/deployments/{deployment.id}"
    changed = deployment.statuses[-1].at if deployment.statuses else deployment.at
    return {
        "url": url,
        "id": deployment.id,
        "node_id": f"DE_{deployment.id}",
        "sha": deployment.sha,
        "ref": deployment.ref,
        "task": deployment.task,
        "payload": deployment.payload,
        "original_environment": deployment.environment,
        "environment": deployment.environment,
        "description": deployment.description,
        "creator": of.shapes.account(deployment.creator),
        "created_at": instant(deployment.at),
        "updated_at": instant(changed),
        "statuses_url": f"{url}/statuses",
        "repository_url": links.api,
        "transient_environment": deployment.transient,
        "production_environment": deployment.production,
    }


def _status(of: Context, deployment: Deployment, status: DeploymentStatus) -> Json:
    links = of.shapes.links
    url = f"{links.api}/deployments/{deployment.id}"
    return {
        "url": f"{url}/statuses/{status.id}",
        "id": status.id,
        "node_id": f"DES_{status.id}",
        "state": status.state,
        "creator": of.shapes.account(status.creator),
        "description": status.description,
        "environment": status.environment or deployment.environment,
        "target_url": status.log_url,
        "log_url": status.log_url,
        "environment_url": status.environment_url,
        "created_at": instant(status.at),
        "updated_at": instant(status.at),
        "deployment_url": url,
        "repository_url": links.api,
    }
