"""Pull requests: opening, finding, closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from playground.github.hosted import Pull
from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import Refusal, invalid, not_found
from playground.github.rest.paging import page
from playground.github.rest.pull_shapes import PullShapes
from playground.github.rest.repositories import REPOSITORY

PULLS = REPOSITORY + "/pulls"
MOST_COMMITS = 250

routes = web.RouteTableDef()


async def pull_shapes(of: Context) -> PullShapes:
    return PullShapes(of.shapes, of.hosted, of.repository.refs.default_branch())


def found(of: Context) -> Pull:
    """The pull request that the path names.

    Raises:
        Refusal: 404, there is none of this number.
    """
    number = of.given("number")
    pull = of.hosted.pulls.get(int(number))
    if pull is None:
        raise not_found()
    return pull


@routes.get(PULLS)
async def pulls(request: web.Request) -> web.Response:
    """Filtered by `state` (open, closed, all), `head` (owner:branch) and `base`, newest first unless asked.

    `sort` may be created, which is the default, or updated.
    """
    of = await context(request)
    state = request.query.get("state", "open")
    kept = [
        pull
        for pull in of.hosted.pulls.values()
        if state in {"all", "open" if pull.open else "closed"}
        and request.query.get("head") in {None, "", f"{pull.owner or of.repository.owner}:{pull.head}"}
        and request.query.get("base") in {None, "", pull.base}
    ]
    if request.query.get("sort") == "updated":
        kept.sort(key=lambda pull: pull.updated)
    if request.query.get("direction", "desc") == "desc":
        kept.reverse()
    listed = page(request, kept)
    shapes = await pull_shapes(of)
    return web.json_response([shapes.listed(pull) for pull in listed.items], headers=listed.headers)


@routes.post(PULLS)
async def open_pull(request: web.Request) -> web.Response:
    of = await context(request)
    given = await body(request)
    title = text(given, "title", "PullRequest")
    source = text(given, "head", "PullRequest").removeprefix(f"{of.repository.owner}:")
    base = text(given, "base", "PullRequest")
    head_sha, base_sha = await _head(of, source), of.repository.refs.branch(base)
    if head_sha is None or base_sha is None:
        raise invalid("PullRequest", "base" if head_sha else "head", "invalid")
    owner, _, head = source.rpartition(":")
    if any(pull.source == source and pull.base == base for pull in of.hosted.open_pulls()):
        message = f"A pull request already exists for {owner or of.repository.owner}:{head}."
        raise invalid("PullRequest", "head", "custom", message)
    if await of.repository.contains(base_sha, head_sha):
        raise invalid("PullRequest", "head", "custom", f"No commits between {base} and {head}")
    now = datetime.now(UTC)
    pull = Pull(
        number=len(of.hosted.pulls) + 1,
        title=title,
        body=optional_text(given, "body", "PullRequest") or "",
        author=of.caller,
        head=head,
        base=base,
        head_sha=head_sha,
        base_sha=base_sha,
        created=now,
        updated=now,
        draft=given.get("draft") is True,
        owner=owner or None,
    )
    await of.repository.git.run("update-ref", f"refs/pull/{pull.number}/head", head_sha)
    of.hosted.save_pull(pull, "opened")
    return web.json_response(await (await pull_shapes(of)).whole(pull), status=201)


async def _head(of: Context, source: str) -> str | None:
    """The commit of a branch, or of one of a fork: mallory:feature-x."""
    owner, colon, branch = source.rpartition(":")
    fork = of.hosted.forks.get(owner)
    if colon:
        return fork.repository.refs.branch(branch) if fork else None
    return of.repository.refs.branch(source)


@routes.get(PULLS + r"/{number:\d+}")
async def pull(request: web.Request) -> web.Response:
    of = await context(request)
    return web.json_response(await (await pull_shapes(of)).whole(found(of)))


@routes.patch(PULLS + r"/{number:\d+}")
async def update(request: web.Request) -> web.Response:
    """Change the title, the body, or close it. (Opening it again is not needed here.)"""
    of = await context(request)
    given = await body(request)
    old, now = found(of), datetime.now(UTC)
    new = replace(
        old,
        title=optional_text(given, "title", "PullRequest") or old.title,
        body=optional_text(given, "body", "PullRequest") or old.body,
        updated=now,
    )
    state = given.get("state")
    if state == "open" and not old.open:
        raise Refusal(422, "state cannot be changed. The pull request cannot be reopened.")
    if state == "closed" and old.open:
        new = replace(new, closed=now)
    of.hosted.save_pull(new, "closed" if state == "closed" else "edited")
    return web.json_response(await (await pull_shapes(of)).whole(new))


@routes.get(PULLS + r"/{number:\d+}/commits")
async def commits_of_pull(request: web.Request) -> web.Response:
    of = await context(request)
    pull = found(of)
    commits = await of.repository.log("--reverse", "--topo-order", f"{pull.base_sha}..{pull.head_sha}")
    listed = page(request, commits[:MOST_COMMITS])
    return web.json_response([of.shapes.commit(commit) for commit in listed.items], headers=listed.headers)
