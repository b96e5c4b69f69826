"""The buttons on the pages."""

from __future__ import annotations

from aiohttp import web

from playground.github.accounts import Account
from playground.github.merging import MergeConflict, RefMoved
from playground.github.refs import SHA
from playground.github.site import SITE
from playground.github.updating import update_branch
from playground.github.web.pages import PERSON_COOKIE, hosted_here
from playground.github.web.views import SIGN_OFF

routes = web.RouteTableDef()


@routes.post("/{owner}/{name}/sign-off")
async def sign_off(request: web.Request) -> web.Response:
    """QA's button: the commit on the page (not a later one) is fine, says the person chosen there."""
    hosted = await hosted_here(request)
    person = await _person(request)
    form = await request.post()
    sha, back = str(form.get("sha", "")), str(form.get("back", ""))
    if not SHA.fullmatch(sha) or await hosted.repository.resolve(sha) != sha:
        raise web.HTTPBadRequest(text="There is no such commit.")
    hosted.set_status(sha, SIGN_OFF, "success", creator=person, description=f"signed off by {person.name}")
    # Only back into this site: a path, and not the start of another host's address.
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    return _back(back if inside else f"/{hosted.repository.full_name}", person)


@routes.post(r"/{owner}/{name}/pull/{number:\d+}/update")
async def update(request: web.Request) -> web.Response:
    """The button that merges the base into a branch that is behind it."""
    hosted = await hosted_here(request)
    person = await _person(request)
    pull = hosted.pulls.get(int(request.match_info["number"]))
    if pull is None or not pull.open:
        raise web.HTTPBadRequest(text="There is no such open pull request.")
    try:
        await update_branch(hosted, pull, person)
    except (MergeConflict, RefMoved) as error:
        raise web.HTTPConflict(text="The branch cannot be updated by itself.") from error
    return _back(f"/{hosted.repository.full_name}/pull/{pull.number}", person)


async def _person(request: web.Request) -> Account:
    person = request.app[SITE].accounts.of_login(str((await request.post()).get("person", "")))
    if person is None:
        raise web.HTTPBadRequest(text="It has to be said who presses the button.")
    return person


def _back(path: str, person: Account) -> web.Response:
    response = web.Response(status=303, headers={"Location": path})
    response.set_cookie(PERSON_COOKIE, person.login, samesite="Strict")
    return response
