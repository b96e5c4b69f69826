"""`git clone` and `git push` over HTTP, by git's own http-backend (a CGI program, gitprotocol-http(5)).

Pushing is open: who pushes may say who they are with a user name, and needs no password.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from aiohttp import BasicAuth, web

from playground.github.accounts import Account
from playground.github.git import ENVIRONMENT
from playground.github.hosted import Hosted
from playground.github.site import SITE, NoSuchRepository, Site

PUSH = "git-receive-pack"
# The whole of one clone or push.
EXCHANGE_SECONDS = 300.0
CHUNK_BYTES = 64 * 1024

routes = web.RouteTableDef()

REPOSITORY = r"/{owner}/{name:[^/]+?}{suffix:(?:\.git)?}"


@routes.get(REPOSITORY + "/info/refs")
@routes.post(REPOSITORY + "/{service:git-upload-pack|git-receive-pack}")
async def exchange(request: web.Request) -> web.StreamResponse:
    site = request.config_dict[SITE]
    try:
        hosted = await site.open(request.match_info["owner"], request.match_info["name"])
    except NoSuchRepository:
        return web.Response(status=404, text="Repository not found.")
    service = request.match_info.get("service")
    async with asyncio.timeout(EXCHANGE_SECONDS):
        response = await _backend(request, site, hosted, service or "info/refs")
    if service == PUSH:
        await hosted.notice(_who(request, site))
    # Ending the answer only now means that whoever pushed finds its consequences.
    await response.write_eof()
    return response


def _who(request: web.Request, site: Site) -> Account | None:
    given = request.headers.get("Authorization")
    if not given:
        return None
    with contextlib.suppress(ValueError):
        return site.accounts.of_login(BasicAuth.decode(given).login)
    return None


def _environment(request: web.Request, site: Site, hosted: Hosted, path: str) -> Mapping[str, str]:
    # No CONTENT_LENGTH: the body arrives here unpacked, and http-backend then reads to its end.
    environment = {
        **ENVIRONMENT,
        "GIT_PROJECT_ROOT": str(site.root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{hosted.repository.full_name}.git/{path}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "REMOTE_ADDR": request.remote or "",
        "REMOTE_USER": "anyone",
    }
    if "Git-Protocol" in request.headers:
        environment["GIT_PROTOCOL"] = request.headers["Git-Protocol"]
    return environment


async def _backend(request: web.Request, site: Site, hosted: Hosted, path: str) -> web.StreamResponse:
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=_environment(request, site, hosted, path),
    )
    assert process.stdin  # noqa: S101 - it is there because it was asked for above
    assert process.stdout  # noqa: S101 - it is there because it was asked for above
    feeding = asyncio.create_task(_feed(request, process.stdin))
    try:
        response = await _head(process.stdout)
        await response.prepare(request)
        while chunk := await process.stdout.read(CHUNK_BYTES):
            await response.write(chunk)
        await process.wait()
        return response
    finally:
        feeding.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _feed(request: web.Request, stdin: asyncio.StreamWriter) -> None:
    # git may have heard enough before the end of the body, for example when it refuses.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in request.content.iter_chunked(CHUNK_BYTES):
            stdin.write(chunk)
            await stdin.drain()
    stdin.close()


async def _head(stdout: asyncio.StreamReader) -> web.StreamResponse:
    response = web.StreamResponse()
    while line := (await stdout.readline()).strip():
        name, _, value = line.decode().partition(": ")
        if name == "Status":
            response.set_status(int(value.split()[0]))
        else:
            response.headers[name] = value
    return response
