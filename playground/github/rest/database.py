"""git's own objects and refs, as the Git Database API has them: what makes a commit without a working tree."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from playground.github.git import GitFailed
from playground.github.merging import commit_tree
from playground.github.refs import NOT_IN_A_REF, SHA
from playground.github.repository import Signature
from playground.github.rest.context import Context, body, context, text
from playground.github.rest.errors import Refusal, invalid, not_found
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json

NOTHING = "0" * 40
# A ref is refs/heads/… or refs/tags/…: "if it doesn't start with refs and have at least two slashes, it is rejected".
FEWEST_PARTS = 3

routes = web.RouteTableDef()


@routes.get(REPOSITORY + "/git/ref/{ref:.+}")
@routes.get(REPOSITORY + "/git/refs/{ref:.+}")
async def ref(request: web.Request) -> web.Response:
    """One ref by its whole name without `refs/`: heads/master. The second path is what old clients ask for."""
    of = await context(request)
    name = f"refs/{of.given('ref')}"
    sha = await of.repository.resolve(name)
    if sha is None:
        raise not_found()
    return web.json_response(of.shapes.ref(name, sha))


@routes.get(REPOSITORY + "/git/matching-refs/{ref:.*}")
async def matching_refs(request: web.Request) -> web.Response:
    """The branches whose names start with what is given: heads/feat."""
    of = await context(request)
    wanted = f"refs/{of.given('ref')}"
    refs = {f"refs/heads/{name}": sha for name, sha in of.repository.refs.branches().items()}
    return web.json_response([of.shapes.ref(name, sha) for name, sha in refs.items() if name.startswith(wanted)])


@routes.post(REPOSITORY + "/git/refs")
async def create_ref(request: web.Request) -> web.Response:
    """Make a branch or tag. One that git will not make, say because `a` is in the way of `a/b`, has no better words."""
    of = await context(request)
    given = await body(request)
    name, sha = text(given, "ref", "Reference"), text(given, "sha", "Reference")
    if not name.startswith("refs/") or len(name.split("/")) < FEWEST_PARTS or NOT_IN_A_REF.search(name):
        raise Refusal(422, f"{name} is not a valid ref name.")
    if await _kind(of, sha) is None:
        raise Refusal(422, "Object does not exist")
    async with of.hosted.changing:
        if await of.repository.resolve(name) is not None:
            raise Refusal(422, "Reference already exists")
        try:
            await of.repository.git.run("update-ref", name, sha, NOTHING)
        except GitFailed as error:
            raise Refusal(422, "Reference update failed") from error
        await of.hosted.notice(of.caller)
    return web.json_response(of.shapes.ref(name, sha), status=201)


@routes.delete(REPOSITORY + "/git/refs/{ref:.+}")
async def delete_ref(request: web.Request) -> web.Response:
    """Delete a branch or tag. A branch that is protected stays."""
    of = await context(request)
    name = of.given("ref")
    async with of.hosted.changing:
        if await of.repository.resolve(f"refs/{name}") is None:
            raise Refusal(422, "Reference does not exist")
        if name.removeprefix("heads/") in of.hosted.protections:
            raise Refusal(422, "Cannot delete this protected branch")
        await of.repository.git.run("update-ref", "-d", f"refs/{name}")
        await of.hosted.notice(of.caller)
    return web.Response(status=204)


@routes.get(REPOSITORY + "/git/commits/{sha}")
async def commit(request: web.Request) -> web.Response:
    of = await context(request)
    sha = of.given("sha")
    if await _kind(of, sha) != "commit":
        raise not_found()
    return web.json_response(await _shape(of, sha))


@routes.post(REPOSITORY + "/git/commits")
async def create_commit(request: web.Request) -> web.Response:
    """Make a commit that no ref has yet, by the caller and now. (Other authors and signatures are not needed here.)"""
    of = await context(request)
    given = await body(request)
    message, tree = text(given, "message", "Commit"), text(given, "tree", "Commit")
    parents = given.get("parents", [])
    if not isinstance(parents, list) or not all(isinstance(parent, str) for parent in parents):
        raise invalid("Commit", "parents", "invalid")
    if await _kind(of, tree) != "tree":
        raise Refusal(422, "Tree SHA does not exist")
    for parent in parents:
        if await _kind(of, parent) != "commit":
            raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    by = Signature(of.caller.name, of.caller.email, datetime.now(UTC))
    sha = await commit_tree(of.repository.git, tree, parents, message, author=by, committer=by)
    return web.json_response(await _shape(of, sha), status=201)


async def _shape(of: Context, sha: str) -> Json:
    found = await of.repository.commit(sha)
    parents = of.shapes.commit(found)["parents"]
    return {
        **of.shapes.git_commit(found),
        "sha": sha,
        "node_id": f"C_{sha}",
        "html_url": of.shapes.links.commit_page(sha),
        "parents": parents,
    }


async def _kind(of: Context, sha: str) -> str | None:
    """commit, tree, blob or tag; None where there is no such object."""
    if not SHA.fullmatch(sha):
        return None
    answer = await of.repository.git.run("cat-file", "--batch-check=%(objecttype)", stdin=f"{sha}\n")
    kind = answer.strip()
    return None if kind.endswith("missing") else kind
