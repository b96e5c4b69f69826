"""The playground's GitHub as one web application: pages, git over HTTP, the REST API, and its control."""

from __future__ import annotations

from aiohttp import web

from playground.github import control, smart_http
from playground.github.rest.application import api
from playground.github.rest.links import PREFIX
from playground.github.site import SITE, Site
from playground.github.web import actions, pages


def application(site: Site) -> web.Application:
    served = web.Application()
    served[SITE] = site
    served[pages.TEMPLATES] = pages.templates()
    served.add_routes(control.routes)
    served.router.add_static("/playground/static", pages.HERE / "static")
    served.add_subapp(PREFIX, api())
    served.add_routes(smart_http.routes)
    served.add_routes(pages.routes)
    served.add_routes(actions.routes)
    return served
