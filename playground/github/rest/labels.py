"""The labels of a pull request, which are those of an issue (docs.github.com/rest/issues/labels)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from playground.github.rest.context import body, context
from playground.github.rest.errors import invalid
from playground.github.rest.pull_shapes import label
from playground.github.rest.pulls import found
from playground.github.rest.repositories import REPOSITORY

routes = web.RouteTableDef()


@routes.put(REPOSITORY + r"/issues/{number:\d+}/labels")
async def set_labels(request: web.Request) -> web.Response:
    """All labels of a pull request; each is made as it is first used."""
    of = await context(request)
    pull = found(of)
    given = (await body(request)).get("labels", [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise invalid("Issue", "labels", "invalid")
    labels = tuple(dict.fromkeys(given))
    of.hosted.save_pull(replace(pull, labels=labels, updated=datetime.now(UTC)), "labeled")
    return web.json_response([label(name) for name in labels])
