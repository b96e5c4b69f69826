"""The REST API as one application: a family of calls is a file here and an entry in FAMILIES."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest import (
    branches,
    check_runs,
    comments,
    commits,
    database,
    deployments,
    installations,
    labels,
    merges,
    meta,
    people,
    pulls,
    repositories,
    reviews,
    rulesets,
    statuses,
    teams,
    trees,
    webhooks,
)
from playground.github.rest.middleware import MIDDLEWARES

# The first route that fits answers, so `…/commits/{ref}/status` comes before `…/commits/{ref}`: a ref has slashes.
FAMILIES = (
    meta,
    installations,
    people,
    teams,
    repositories,
    branches,
    database,
    trees,
    statuses,
    check_runs,
    rulesets,
    commits,
    merges,
    pulls,
    reviews,
    comments,
    labels,
    deployments,
    webhooks,
)


def api() -> web.Application:
    application = web.Application(middlewares=MIDDLEWARES)
    for family in FAMILIES:
        application.add_routes(family.routes)
    return application
