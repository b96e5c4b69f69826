"""Branches and what protects them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from playground.github.hosted import Protection
from playground.github.rest.context import Context, body, context
from playground.github.rest.errors import Refusal, invalid
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json

BRANCHES = REPOSITORY + "/branches"

routes = web.RouteTableDef()


@routes.get(BRANCHES)
async def branches(request: web.Request) -> web.Response:
    of = await context(request)
    listed = page(request, list(of.repository.refs.branches().items()))
    shapes = [of.shapes.branch(name, sha, of.hosted.protections.get(name)) for name, sha in listed.items]
    return web.json_response(shapes, headers=listed.headers)


@routes.get(BRANCHES + "/{branch:.+}/protection")
async def protection(request: web.Request) -> web.Response:
    of = await context(request)
    await of.branch(of.given("branch"))
    protection = of.hosted.protections.get(of.given("branch"))
    if protection is None:
        raise Refusal(404, "Branch not protected")
    return web.json_response(_shape(of, protection))


@routes.put(BRANCHES + "/{branch:.+}/protection")
async def protect(request: web.Request) -> web.Response:
    of = await context(request)
    branch = of.given("branch")
    await of.branch(branch)
    given = await body(request)
    protection = Protection(_contexts(given), _approvals(given))
    of.hosted.protections[branch] = protection
    # The update hook reads it there, so that pushes are refused too.
    await of.repository.git.run("config", "--add", "playground.protected", f"refs/heads/{branch}")
    return web.json_response(_shape(of, protection))


@routes.delete(BRANCHES + "/{branch:.+}/protection")
async def unprotect(request: web.Request) -> web.Response:
    of = await context(request)
    branch = of.given("branch")
    if of.hosted.protections.pop(branch, None) is None:
        raise Refusal(404, "Branch not protected")
    await of.repository.git.run(
        "config", "--unset-all", "--fixed-value", "playground.protected", f"refs/heads/{branch}"
    )
    return web.Response(status=204)


@routes.get(BRANCHES + "/{branch:.+}")
async def branch(request: web.Request) -> web.Response:
    of = await context(request)
    name = of.given("branch")
    sha = await of.branch(name)
    protection = of.hosted.protections.get(name)
    contexts = list(protection.contexts) if protection else []
    level = "non_admins" if contexts else "off"
    shape = {
        **of.shapes.branch(name, sha, protection),
        "commit": of.shapes.commit(await of.repository.commit(sha)),
        "protection": {
            "enabled": protection is not None,
            "required_status_checks": {"enforcement_level": level, "contexts": contexts, "checks": []},
        },
        "_links": {"self": of.shapes.links.branch(name), "html": of.shapes.links.tree_page(name)},
    }
    return web.json_response(shape)


def _shape(of: Context, protection: Protection) -> Json:
    url = f"{of.shapes.links.branch(of.given('branch'))}/protection"
    checks = [{"context": context, "app_id": None} for context in protection.contexts]
    return {
        "url": url,
        "required_status_checks": {
            "url": f"{url}/required_status_checks",
            "strict": False,
            "contexts": list(protection.contexts),
            "checks": checks,
        },
        "required_pull_request_reviews": {
            "url": f"{url}/required_pull_request_reviews",
            "required_approving_review_count": protection.approvals,
        },
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": True},
    }


def _contexts(given: Mapping[str, object]) -> tuple[str, ...]:
    checks = given.get("required_status_checks") or {}
    contexts = checks.get("contexts", []) if isinstance(checks, dict) else None
    if not isinstance(contexts, list) or not all(isinstance(name, str) for name in contexts):
        raise invalid("ProtectedBranch", "required_status_checks", "invalid")
    return tuple(contexts)


def _approvals(given: Mapping[str, object]) -> int:
    reviews = given.get("required_pull_request_reviews") or {}
    count = reviews.get("required_approving_review_count", 0) if isinstance(reviews, dict) else None
    if not isinstance(count, int):
        raise invalid("ProtectedBranch", "required_pull_request_reviews", "invalid")
    return count
