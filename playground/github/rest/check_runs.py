"""Check runs (https://docs.github.com/en/rest/checks/runs): an app makes and changes them, everybody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from playground.github.check_runs import CONCLUSIONS, STATUSES, CheckRun
from playground.github.rest.context import Context, body, context, optional_text, text
from playground.github.rest.errors import Refusal, invalid, no_commit, not_found
from playground.github.rest.paging import page
from playground.github.rest.repositories import REPOSITORY
from playground.github.rest.shapes import Json, instant

routes = web.RouteTableDef()


@routes.post(REPOSITORY + "/check-runs")
async def create(request: web.Request) -> web.Response:
    of = await context(request)
    if not of.caller.bot:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    given = await body(request)
    sha = text(given, "head_sha", "CheckRun")
    if await of.repository.resolve(sha) != sha:
        raise no_commit(sha)
    name, url = text(given, "name", "CheckRun"), optional_text(given, "details_url", "CheckRun")
    blank = CheckRun(0, name, sha, "queued", None, None, None, url, of.caller, datetime.now(UTC))
    run = of.hosted.save_check_run(_changed(blank, given))
    return web.json_response(_shape(of, run), status=201)


@routes.patch(REPOSITORY + r"/check-runs/{number:\d+}")
async def update(request: web.Request) -> web.Response:
    of = await context(request)
    run = of.hosted.check_runs.all.get(int(of.given("number")))
    if run is None:
        raise not_found()
    if run.app.login != of.caller.login:
        raise Refusal(403, "Invalid app_id: the check run can only be modified by the app that made it.")
    return web.json_response(_shape(of, of.hosted.save_check_run(_changed(run, await body(request)))))


@routes.get(REPOSITORY + "/commits/{ref:.+}/check-runs")
async def of_commit(request: web.Request) -> web.Response:
    of = await context(request)
    sha = await of.resolve(of.given("ref"))
    runs = of.hosted.check_runs
    wanted = runs.of(sha) if request.query.get("filter") == "all" else runs.latest(sha)
    for key in ("check_name", "status"):
        value = request.query.get(key)
        wanted = [run for run in wanted if value in {None, run.name if key == "check_name" else run.status}]
    listed = page(request, wanted)
    shape = {"total_count": len(wanted), "check_runs": [_shape(of, run) for run in listed.items]}
    return web.json_response(shape, headers=listed.headers)


def _changed(run: CheckRun, given: Mapping[str, object]) -> CheckRun:
    """A run with what a request says of it. A conclusion completes it, as GitHub has it."""
    conclusion = optional_text(given, "conclusion", "CheckRun")
    status = "completed" if conclusion else optional_text(given, "status", "CheckRun") or run.status
    if status not in STATUSES:
        raise invalid("CheckRun", "status", "invalid")
    if status == "completed" and conclusion not in CONCLUSIONS:
        raise invalid("CheckRun", "conclusion", "invalid" if conclusion else "missing_field")
    output = given.get("output")
    if output is not None and not isinstance(output, dict):
        raise invalid("CheckRun", "output", "invalid")
    return replace(
        run,
        status=status,
        conclusion=conclusion,
        title=optional_text(output, "title", "CheckRun") if output else run.title,
        summary=optional_text(output, "summary", "CheckRun") if output else run.summary,
        completed=datetime.now(UTC) if status == "completed" else None,
    )


def _shape(of: Context, run: CheckRun) -> Json:
    url = f"{of.shapes.links.api}/check-runs/{run.id}"
    return {
        "id": run.id,
        "node_id": f"CR_{run.id}",
        "external_id": "",
        "name": run.name,
        "head_sha": run.head_sha,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": instant(run.started),
        "completed_at": instant(run.completed) if run.completed else None,
        "details_url": run.details_url,
        "url": url,
        "html_url": of.shapes.links.commit_page(run.head_sha),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.id},
        "app": {"id": run.app.id, "slug": run.app.login, "name": run.app.name},
        "pull_requests": [],
    }
