"""Teams of an organization, which is any owner here: https://docs.github.com/en/rest/teams"""

from __future__ import annotations

from aiohttp import web

from playground.github.accounts import Account
from playground.github.rest.context import body, text
from playground.github.rest.errors import not_found
from playground.github.rest.links import links
from playground.github.rest.paging import page
from playground.github.rest.shapes import Shapes
from playground.github.site import SITE

TEAMS = "/orgs/{organization}/teams"
TEAM = TEAMS + "/{slug}"

routes = web.RouteTableDef()


@routes.post(TEAMS)
async def make(request: web.Request) -> web.Response:
    name = text(await body(request), "name", "Team")
    slug = name.lower().replace(" ", "-")
    request.config_dict[SITE].accounts.teams.setdefault(_key(request, slug), {})
    return web.json_response({"name": name, "slug": slug}, status=201)


@routes.get(TEAM + "/members")
async def members(request: web.Request) -> web.Response:
    shapes = Shapes(links(request, ""), request.config_dict[SITE].accounts)
    listed = page(request, list(_team(request).values()))
    return web.json_response([shapes.account(account) for account in listed.items], headers=listed.headers)


@routes.put(TEAM + "/memberships/{login}")
async def join(request: web.Request) -> web.Response:
    account = request.config_dict[SITE].accounts.of_login(request.match_info["login"])
    if account is None:
        raise not_found()
    _team(request)[account.login] = account
    return web.json_response({"role": "member", "state": "active"})


def _team(request: web.Request) -> dict[str, Account]:
    teams = request.config_dict[SITE].accounts.teams
    key = _key(request, request.match_info["slug"])
    if key not in teams:
        raise not_found()
    return teams[key]


def _key(request: web.Request, slug: str) -> tuple[str, str]:
    return request.match_info["organization"].lower(), slug.lower()
