"""What every handler of the REST API needs of its request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from playground.github.accounts import Account
from playground.github.hosted import Hosted
from playground.github.repository import Repository
from playground.github.rest.errors import Refusal, invalid, no_commit, not_found
from playground.github.rest.links import links
from playground.github.rest.shapes import Shapes
from playground.github.site import SITE, NoSuchRepository, Site

CALLER = web.RequestKey("caller", Account)


@dataclass(frozen=True, slots=True)
class Context:
    """One request about one repository."""

    request: web.Request
    site: Site
    hosted: Hosted
    shapes: Shapes

    @property
    def repository(self) -> Repository:
        return self.hosted.repository

    @property
    def caller(self) -> Account:
        return self.request[CALLER]

    def given(self, name: str) -> str:
        """A part of the path, decoded."""
        return self.request.match_info[name]

    async def resolve(self, ref: str) -> str:
        """The commit that a branch, tag or SHA stands for.

        Raises:
            Refusal: 422, it stands for none.
        """
        sha = await self.repository.resolve(ref)
        if sha is None:
            raise no_commit(ref)
        return sha

    async def branch(self, name: str) -> str:
        """The commit of a branch.

        Raises:
            Refusal: 404, there is no such branch.
        """
        sha = self.repository.refs.branch(name)
        if sha is None:
            raise Refusal(404, "Branch not found")
        return sha


async def context(request: web.Request) -> Context:
    """The context of a request whose path has an owner and a name.

    Raises:
        Refusal: 404, there is no such repository.
    """
    site = request.config_dict[SITE]
    try:
        hosted = await site.open(request.match_info["owner"], request.match_info["name"])
    except NoSuchRepository as error:
        raise not_found() from error
    return Context(request, site, hosted, Shapes(links(request, hosted.repository.full_name), site.accounts))


async def body(request: web.Request) -> Mapping[str, object]:
    """The JSON object in the request's body.

    Raises:
        Refusal: 400, it has none.
    """
    try:
        given = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise Refusal(400, "Problems parsing JSON") from error
    if not isinstance(given, dict):
        raise Refusal(400, "Body should be a JSON object")
    return given


def text(given: Mapping[str, object], field: str, resource: str) -> str:
    """A field that has to be there and has to be text.

    Raises:
        Refusal: 422, it is missing or something else.
    """
    value = given.get(field)
    if value is None:
        raise invalid(resource, field, "missing_field")
    if not isinstance(value, str):
        raise invalid(resource, field, "invalid")
    return value


def optional_text(given: Mapping[str, object], field: str, resource: str) -> str | None:
    return None if given.get(field) is None else text(given, field, resource)
