"""Trees: the files of a commit (https://docs.github.com/en/rest/git/trees)."""

from __future__ import annotations

from aiohttp import web

from playground.github.refs import SHA
from playground.github.rest.context import context
from playground.github.rest.errors import not_found
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json

MOST_ENTRIES = 100_000

routes = web.RouteTableDef()


@routes.get(REPOSITORY + "/git/trees/{ref:.+}")
async def tree(request: web.Request) -> web.Response:
    """The tree of a branch or a commit, or a tree; with `recursive`, whatever its value, everything below it, too."""
    of = await context(request)
    ref = of.given("ref")
    sha = await of.repository.resolve(ref) or (ref if SHA.fullmatch(ref) else None)
    if sha is None:
        raise not_found()
    options = ["-r", "-t"] if "recursive" in request.query else []
    found = await of.repository.git.attempt("ls-tree", "-z", *options, sha, accept=(0, 128))
    if found.code:
        raise not_found()
    entries = [_entry(line, of.shapes.links.api) for line in found.out.split("\x00")[:-1]]
    shape = {
        "sha": (await of.repository.git.once("rev-parse", f"{sha}^{{tree}}")).out.strip(),
        "url": f"{of.shapes.links.api}/git/trees/{sha}",
        "tree": entries[:MOST_ENTRIES],
        "truncated": len(entries) > MOST_ENTRIES,
    }
    return web.json_response(shape)


def _entry(line: str, api: str) -> Json:
    about, _, path = line.partition("\t")
    mode, kind, sha = about.split(" ")
    return {"path": path, "mode": mode, "type": kind, "sha": sha, "url": f"{api}/git/{kind}s/{sha}"}
