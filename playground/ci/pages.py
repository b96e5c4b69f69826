"""The CI's pages: all builds, and the log of one."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from playground.ci.builds import Builds
from playground.github.web.pages import HERE as GITHUB_PAGES
from playground.github.web.pages import SECURITY

BUILDS = web.AppKey("builds", Builds)
REPOSITORY_PAGE = web.AppKey("repository_page", str)
TEMPLATES = web.AppKey("templates", Environment)
# The two look alike.
STYLE = GITHUB_PAGES / "static"
REFRESH_SECONDS = 1

routes = web.RouteTableDef()


def templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@routes.get("/")
async def all_builds(request: web.Request) -> web.Response:
    builds = request.app[BUILDS].newest_first()
    return _page(request, "builds.html", again=any(build.state == "pending" for build in builds), builds=builds)


@routes.get("/builds/{commit}")
async def one_build(request: web.Request) -> web.Response:
    build = request.app[BUILDS].of(request.match_info["commit"])
    if build is None:
        raise web.HTTPNotFound(text="There is no build of this commit.")
    commit_page = f"{request.app[REPOSITORY_PAGE]}/commit/{build.commit}"
    return _page(request, "build.html", again=build.state == "pending", build=build, commit_page=commit_page)


def _page(request: web.Request, template: str, *, again: bool, **values: object) -> web.Response:
    shown = request.app[TEMPLATES].get_template(template).render(**values)
    headers = {**SECURITY, "Refresh": str(REFRESH_SECONDS)} if again else SECURITY
    return web.Response(text=shown, content_type="text/html", headers=headers)
