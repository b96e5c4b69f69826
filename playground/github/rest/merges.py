"""Merges: of a pull request, of its base into it, and of one branch into another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from playground.github.hosted import Pull
from playground.github.merging import MergeConflict, Method, RefMoved, merge, move_branch
from playground.github.protecting import unmet
from playground.github.repository import Signature
from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import Refusal, invalid
from playground.github.rest.pulls import PULLS, found
from playground.github.rest.repositories import REPOSITORY
from playground.github.rules import NOT_ALLOWED
from playground.github.updating import update_branch

MAY_ONLY_READ = {"read", "triage"}


routes = web.RouteTableDef()


@routes.get(PULLS + r"/{number:\d+}/merge")
async def is_merged(request: web.Request) -> web.Response:
    of = await context(request)
    if found(of).merged is None:
        raise Refusal(404, "Not Found")
    return web.Response(status=204)


@routes.put(PULLS + r"/{number:\d+}/merge")
async def merge_pull(request: web.Request) -> web.Response:
    of = await context(request)
    given = await body(request)
    try:
        method = Method(optional_text(given, "merge_method", "PullRequest") or Method.MERGE)
    except ValueError as error:
        raise invalid("PullRequest", "merge_method", "invalid") from error
    if of.hosted.roles.get(of.caller.login) in MAY_ONLY_READ:
        raise Refusal(403, "Resource not accessible by personal access token")
    if method not in of.hosted.rules.methods:
        raise Refusal(405, NOT_ALLOWED[method])
    async with of.hosted.changing:
        pull = await _mergeable(of, optional_text(given, "sha", "PullRequest"))
        title = optional_text(given, "commit_title", "PullRequest")
        message = _message(of, pull, method, title, optional_text(given, "commit_message", "PullRequest"))
        try:
            sha = await merge(
                of.repository, pull.base_sha, pull.head_sha, method=method, message=message, committer=_committer(of)
            )
            await move_branch(of.repository.git, pull.base, sha, pull.base_sha)
        except MergeConflict as error:
            raise Refusal(405, "Pull Request is not mergeable") from error
        except RefMoved as error:
            raise Refusal(405, "Base branch was modified. Review and try the merge again.") from error
        now = datetime.now(UTC)
        done = replace(pull, closed=now, updated=now, merged=now, merged_by=of.caller, merge_commit=sha)
        of.hosted.save_pull(done, "closed")
        await of.hosted.notice(of.caller)
    return web.json_response({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


@routes.put(PULLS + r"/{number:\d+}/update-branch")
async def update(request: web.Request) -> web.Response:
    of = await context(request)
    pull = found(of)
    expected = optional_text(await body(request), "expected_head_sha", "PullRequest")
    if not pull.open or (expected and expected != pull.head_sha):
        raise Refusal(422, "expected head sha didn't match current head ref.")
    if await of.repository.contains(pull.head_sha, pull.base_sha):
        raise Refusal(422, "There are no new commits on the base branch.")
    try:
        await update_branch(of.hosted, pull, of.caller)
    except (MergeConflict, RefMoved) as error:
        raise Refusal(422, "merge conflict between base and head") from error
    url = of.shapes.links.pull(pull.number)
    return web.json_response({"message": "Updating pull request branch.", "url": url}, status=202)


@routes.post(REPOSITORY + "/merges")
async def merge_branches(request: web.Request) -> web.Response:
    """Merge a branch or commit into a branch. (What GitHub says where the base is protected is not documented.)"""
    of = await context(request)
    given = await body(request)
    base, head = text(given, "base", "Merge"), text(given, "head", "Merge")
    async with of.hosted.changing:
        base_sha, head_sha = of.repository.refs.branch(base), await of.repository.resolve(head)
        if base_sha is None:
            raise Refusal(404, "Base does not exist")
        if head_sha is None:
            raise Refusal(404, "Head does not exist")
        if await of.repository.contains(base_sha, head_sha):
            return web.Response(status=204)
        missing = unmet(of.hosted, base, head_sha)
        if missing:
            raise Refusal(409, missing)
        message = optional_text(given, "commit_message", "Merge") or f"Merge {head} into {base}"
        try:
            sha = await merge(
                of.repository, base_sha, head_sha, method=Method.MERGE, message=message, committer=_committer(of)
            )
            await move_branch(of.repository.git, base, sha, base_sha)
        except (MergeConflict, RefMoved) as error:
            raise Refusal(409, "Merge conflict") from error
        await of.hosted.notice(of.caller)
    return web.json_response(of.shapes.commit(await of.repository.commit(sha)), status=201)


async def _mergeable(of: Context, expected: str | None) -> Pull:
    """The pull request with its branches where they are now, unless something stands in the way of its merge."""
    pull = found(of)
    if not pull.open:
        raise Refusal(405, "Pull Request is not mergeable")
    if pull.draft:
        raise Refusal(405, "Pull Request is still a draft")
    head_sha = pull.head_sha if pull.owner else await of.branch(pull.head)
    base_sha = await of.branch(pull.base)
    if expected and expected != head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    missing = unmet(of.hosted, pull.base, head_sha) or of.hosted.rules.broken_by(pull.number)
    if missing:
        raise Refusal(405, missing)
    return replace(pull, head_sha=head_sha, base_sha=base_sha)


def _message(of: Context, pull: Pull, method: Method, title: str | None, message: str | None) -> str:
    if method is Method.MERGE:
        default_title = f"Merge pull request #{pull.number} from {pull.owner or of.repository.owner}/{pull.head}"
        default_message = pull.title
    else:
        default_title, default_message = f"{pull.title} (#{pull.number})", pull.body
    parts = [default_title if title is None else title, default_message if message is None else message]
    return "\n\n".join(part for part in parts if part)


def _committer(of: Context) -> Signature:
    return Signature(of.caller.name, of.caller.email, datetime.now(UTC))
