"""The comments on a pull request, which are those of an issue (docs.github.com/rest/issues/comments)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from playground.github.conversation import Comment
from playground.github.rest.context import Context, body, context, text
from playground.github.rest.errors import invalid, not_found
from playground.github.rest.paging import page
from playground.github.rest.pulls import found
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json, instant

OF_ISSUE = REPOSITORY + r"/issues/{number:\d+}/comments"
COMMENT = REPOSITORY + r"/issues/comments/{comment:\d+}"
LONGEST_BODY = 65_536

routes = web.RouteTableDef()


@routes.get(OF_ISSUE)
async def comments(request: web.Request) -> web.Response:
    """In the order of their ids; `since` leaves out those that nobody has changed since then."""
    of = await context(request)
    kept = of.hosted.conversation.on(found(of).number)
    since = request.query.get("since")
    if since:
        kept = [comment for comment in kept if comment.updated.replace(microsecond=0) >= _instant(since)]
    listed = page(request, kept)
    return web.json_response([_shape(of, comment) for comment in listed.items], headers=listed.headers)


@routes.post(OF_ISSUE)
async def add(request: web.Request) -> web.Response:
    of = await context(request)
    pull = found(of)
    comment = of.hosted.conversation.add(pull.number, of.caller, _body(await body(request)))
    of.hosted.tell_comment(comment.number, "created")
    return web.json_response(_shape(of, comment), status=201)


@routes.get(COMMENT)
async def comment(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(_shape(of, _found(of)))


@routes.patch(COMMENT)
async def edit(request: web.Request) -> web.Response:
    of = await context(request)
    edited = of.hosted.conversation.edit(_found(of), _body(await body(request)))
    of.hosted.tell_comment(edited.number, "edited")
    return web.json_response(_shape(of, edited))


@routes.delete(COMMENT)
async def delete(request: web.Request) -> web.Response:
    of = await context(request)
    comment = _found(of)
    of.hosted.conversation.remove(comment)
    of.hosted.tell_comment(comment.number, "deleted")
    return web.Response(status=204)


def _found(of: Context) -> Comment:
    comment = of.hosted.conversation.get(int(of.given("comment")))
    if comment is None:
        raise not_found()
    return comment


def _body(given: Mapping[str, object]) -> str:
    said = text(given, "body", "IssueComment")
    if not said.strip():
        raise invalid("IssueComment", "body", "missing_field")
    if len(said) > LONGEST_BODY:
        raise invalid("IssueComment", "body", "custom", f"body is too long (maximum is {LONGEST_BODY} characters)")
    return said


def _instant(given: str) -> datetime:
    try:
        return datetime.fromisoformat(given)
    except ValueError as error:
        raise invalid("IssueComment", "since", "invalid") from error


def _shape(of: Context, comment: Comment) -> Json:
    links = of.shapes.links
    return {
        "id": comment.id,
        "node_id": f"IC_{comment.id}",
        "url": f"{links.api}/issues/comments/{comment.id}",
        "html_url": f"{links.pull_page(comment.number)}#issuecomment-{comment.id}",
        "issue_url": f"{links.api}/issues/{comment.number}",
        "body": comment.body,
        "user": of.shapes.account(comment.author),
        "created_at": instant(comment.created),
        "updated_at": instant(comment.updated),
        "author_association": "COLLABORATOR",
        "performed_via_github_app": None,
    }
