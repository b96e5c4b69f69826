"""Reviews of pull requests (https://docs.github.com/en/rest/pulls/reviews)."""

from __future__ import annotations

from aiohttp import web

from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import Refusal, invalid, not_found
from playground.github.rest.paging import page
from playground.github.rest.pulls import PULLS, found
from playground.github.rest.shapes import Json, instant
from playground.github.reviews import APPROVED, CHANGES_REQUESTED, COMMENTED, Review

OF_PULL = PULLS + r"/{number:\d+}/reviews"
STATES = {"APPROVE": APPROVED, "REQUEST_CHANGES": CHANGES_REQUESTED, "COMMENT": COMMENTED}
ONES_OWN = {
    APPROVED: "Can not approve your own pull request",
    CHANGES_REQUESTED: "Can not request changes on your own pull request",
}

routes = web.RouteTableDef()


@routes.get(OF_PULL)
async def reviews(request: web.Request) -> web.Response:
    """In the order in which they were given."""
    of = await context(request)
    listed = page(request, of.hosted.reviews.of(found(of).number))
    return web.json_response([_shape(of, review) for review in listed.items], headers=listed.headers)


@routes.post(OF_PULL)
async def give(request: web.Request) -> web.Response:
    """A review of the newest commit, unless it says of which. (One that is left pending is not needed here.)"""
    of = await context(request)
    given = await body(request)
    pull = found(of)
    state = STATES.get(text(given, "event", "PullRequestReview"))
    if state is None:
        raise invalid("PullRequestReview", "event", "invalid")
    if of.caller.login == pull.author.login and state in ONES_OWN:
        raise Refusal(422, "Unprocessable Entity", [{"message": ONES_OWN[state]}])
    said = optional_text(given, "body", "PullRequestReview") or ""
    if state != APPROVED and not said:
        raise invalid("PullRequestReview", "body", "missing_field")
    commit = optional_text(given, "commit_id", "PullRequestReview") or pull.head_sha
    return web.json_response(_shape(of, of.hosted.reviews.add(pull.number, of.caller, state, said, commit)))


@routes.put(OF_PULL + r"/{review:\d+}/dismissals")
async def dismiss(request: web.Request) -> web.Response:
    of = await context(request)
    text(await body(request), "message", "PullRequestReview")
    review = of.hosted.reviews.get(int(of.given("review")))
    if review is None or review.number != found(of).number:
        raise not_found()
    if review.state not in {APPROVED, CHANGES_REQUESTED}:
        raise Refusal(422, "Can not dismiss a commented pull request review")
    return web.json_response(_shape(of, of.hosted.reviews.dismiss(review)))


def _shape(of: Context, review: Review) -> Json:
    links = of.shapes.links
    return {
        "id": review.id,
        "node_id": f"PRR_{review.id}",
        "user": of.shapes.account(review.author),
        "body": review.body,
        "state": review.state,
        "html_url": f"{links.pull_page(review.number)}#pullrequestreview-{review.id}",
        "pull_request_url": links.pull(review.number),
        "commit_id": review.commit,
        "submitted_at": instant(review.submitted),
        "author_association": "COLLABORATOR",
    }
