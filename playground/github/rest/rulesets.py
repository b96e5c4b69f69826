"""Rulesets (https://docs.github.com/en/rest/repos/rules), of which only required statuses do something here."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from playground.github.rest.context import body, context, text
from playground.github.rest.errors import invalid
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY
from playground.github.rulesets import Ruleset

REQUIRED_STATUSES = "required_status_checks"

routes = web.RouteTableDef()


@routes.post(REPOSITORY + "/rulesets")
async def create(request: web.Request) -> web.Response:
    of = await context(request)
    given: Any = await body(request)
    name, enforcement = text(given, "name", "Ruleset"), text(given, "enforcement", "Ruleset")
    try:
        branches = tuple(str(one) for one in given["conditions"]["ref_name"]["include"])
        contexts = tuple(
            str(check["context"])
            for rule in given["rules"]
            if rule["type"] == REQUIRED_STATUSES
            for check in rule["parameters"][REQUIRED_STATUSES]
        )
    except (KeyError, TypeError) as error:
        raise invalid("Ruleset", "rules", "invalid") from error
    ruleset = Ruleset(len(of.hosted.rulesets) + 1, name, branches, contexts, active=enforcement == "active")
    of.hosted.rulesets.append(ruleset)
    shape = {"id": ruleset.id, "name": name, "target": "branch", "enforcement": enforcement}
    return web.json_response(shape, status=201)


@routes.get(REPOSITORY + "/rules/branches/{branch:.+}")
async def of_branch(request: web.Request) -> web.Response:
    """The active rules for a branch, which need not exist."""
    of = await context(request)
    rules = [
        {
            "type": REQUIRED_STATUSES,
            "ruleset_source_type": "Repository",
            "ruleset_source": of.repository.full_name,
            "ruleset_id": ruleset.id,
            "parameters": {
                "strict_required_status_checks_policy": False,
                REQUIRED_STATUSES: [{"context": context} for context in ruleset.contexts],
            },
        }
        for ruleset in of.hosted.rulesets
        if ruleset.applies_to(of.given("branch"))
    ]
    listed = page(request, rules)
    return web.json_response(list(listed.items), headers=listed.headers)
