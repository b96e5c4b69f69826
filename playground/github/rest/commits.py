"""Commits and comparisons of them."""

from __future__ import annotations

from aiohttp import web

from playground.github.comparing import compare as compare_commits
from playground.github.comparing import files_between
from playground.github.hosted import Pull
from playground.github.repository import Commit
from playground.github.rest.context import Context, context
from playground.github.rest.errors import not_found
from playground.github.rest.paging import page
from playground.github.rest.pull_shapes import PullShapes
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json

# What a first commit is compared with.
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
COMPARED_PER_PAGE = 250
MOST_COMPARED_PER_PAGE = 1000
MOST_FILES = 300

routes = web.RouteTableDef()


@routes.get(REPOSITORY + "/commits")
async def commits(request: web.Request) -> web.Response:
    of = await context(request)
    sha = await of.resolve(request.query.get("sha") or of.repository.refs.default_branch())
    listed = page(request, await of.repository.log(sha))
    return web.json_response([of.shapes.commit(commit) for commit in listed.items], headers=listed.headers)


@routes.get(REPOSITORY + "/commits/{ref:.+}/pulls")
async def pulls_of_commit(request: web.Request) -> web.Response:
    of = await context(request)
    sha = await of.resolve(of.given("ref"))
    shapes = PullShapes(of.shapes, of.hosted, of.repository.refs.default_branch())
    found = [pull for pull in of.hosted.pulls.values() if sha == pull.merge_commit or await _is_in(of, sha, pull)]
    return web.json_response([shapes.listed(pull) for pull in found])


async def _is_in(of: Context, sha: str, pull: Pull) -> bool:
    in_base = await of.repository.contains(pull.base_sha, sha)
    return not in_base and await of.repository.contains(pull.head_sha, sha)


@routes.get(REPOSITORY + "/commits/{ref:.+}")
async def commit(request: web.Request) -> web.Response:
    of = await context(request)
    found = await of.repository.commit(await of.resolve(of.given("ref")))
    return web.json_response({**of.shapes.commit(found), **await _changes(of, found)})


@routes.get(REPOSITORY + "/compare/{basehead:.+}")
async def compare(request: web.Request) -> web.Response:
    of = await context(request)
    base, dots, head = of.given("basehead").partition("...")
    if not dots:
        raise not_found()
    base_sha, head_sha = [await of.repository.resolve(_local(of, name)) for name in (base, head)]
    comparison = await compare_commits(of.repository, base_sha, head_sha) if base_sha and head_sha else None
    if comparison is None:
        raise not_found()
    listed = page(request, comparison.commits, COMPARED_PER_PAGE, MOST_COMPARED_PER_PAGE)
    files = await files_between(of.repository, comparison.merge_base.sha, comparison.head.sha)
    shape = {
        **of.shapes.comparison(comparison, base, head),
        "commits": [of.shapes.commit(commit) for commit in listed.items],
        "files": [of.shapes.file(change) for change in files[:MOST_FILES]],
    }
    return web.json_response(shape, headers=listed.headers)


def _local(of: Context, name: str) -> str:
    """A name without the owner that may stand before it. (Branches of forks are not compared by name here.)"""
    return name.removeprefix(f"{of.repository.owner}:")


async def _changes(of: Context, commit: Commit) -> Json:
    parent = commit.parents[0] if commit.parents else EMPTY_TREE
    files = await files_between(of.repository, parent, commit.sha)
    additions, deletions = sum(file.additions for file in files), sum(file.deletions for file in files)
    return {
        "stats": {"additions": additions, "deletions": deletions, "total": additions + deletions},
        "files": [of.shapes.file(change) for change in files[:MOST_FILES]],
    }
