"""Accounts: the caller's own, anybody's, a search for them, and what they may do to a repository."""

from __future__ import annotations

from aiohttp import web

from playground.github.accounts import Account
from playground.github.rest.context import CALLER, Context, body, context, text
from playground.github.rest.errors import invalid, not_found
from playground.github.rest.links import links
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json, Shapes
from playground.github.site import SITE

COLLABORATOR = REPOSITORY + "/collaborators/{login}"
# What somebody is given, as the role that it is, and as the permission that GitHub tells of that role
# (docs.github.com/rest/collaborators/collaborators).
ROLES = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
PERMISSIONS = {"triage": "read", "maintain": "write"}
DEFAULT_ROLE = "write"
SEARCHED = ("login", "email", "name")

routes = web.RouteTableDef()


@routes.get("/user")
async def user(request: web.Request) -> web.Response:
    return web.json_response(_whole(_shapes(request), request[CALLER]))


@routes.get("/users/{login}")
async def somebody(request: web.Request) -> web.Response:
    shapes = _shapes(request)
    account = shapes.accounts.of_login(request.match_info["login"])
    if account is None:
        raise not_found()
    return web.json_response(_whole(shapes, account))


@routes.get("/search/users")
async def search(request: web.Request) -> web.Response:
    """`q` has words, and the qualifiers `in:` and `type:user`; as on GitHub, a word may be a part of what is found."""
    words = request.query.get("q", "").split()
    if not words:
        raise invalid("Search", "q", "missing")
    shapes = _shapes(request)
    found = [account for account in shapes.accounts.everybody() if _fits(account, words)]
    listed = page(request, found)
    items = [{**shapes.account(account), "score": 1.0} for account in listed.items]
    shape = {"total_count": len(found), "incomplete_results": False, "items": items}
    return web.json_response(shape, headers=listed.headers)


@routes.get(COLLABORATOR + "/permission")
async def permission(request: web.Request) -> web.Response:
    """Everybody may push, unless they were given something else."""
    of = await context(request)
    account = _account(of)
    role = of.hosted.roles.get(account.login, DEFAULT_ROLE)
    return web.json_response(
        {"permission": PERMISSIONS.get(role, role), "role_name": role, "user": of.shapes.account(account)}
    )


@routes.put(COLLABORATOR)
async def give(request: web.Request) -> web.Response:
    of = await context(request)
    account = _account(of)
    given = text(await body(request), "permission", "Repository")
    if given not in ROLES:
        raise invalid("Repository", "permission", "invalid")
    of.hosted.roles[account.login] = ROLES[given]
    return web.Response(status=204)


def _shapes(request: web.Request) -> Shapes:
    return Shapes(links(request, ""), request.config_dict[SITE].accounts)


def _whole(shapes: Shapes, account: Account) -> Json:
    return {**shapes.account(account), "name": account.name, "email": account.email}


def _account(of: Context) -> Account:
    account = of.site.accounts.of_login(of.given("login"))
    if account is None:
        raise not_found()
    return account


def _fits(account: Account, words: list[str]) -> bool:
    qualifiers = [word for word in words if word.startswith(("in:", "type:"))]
    fields = [word.removeprefix("in:") for word in qualifiers if word.startswith("in:")] or SEARCHED
    texts = [str(getattr(account, field)).lower() for field in fields if field in SEARCHED]
    if "type:user" in qualifiers and account.bot:
        return False
    terms = [word.strip('"').lower() for word in words if word not in qualifiers]
    return all(any(term in text for text in texts) for term in terms)
