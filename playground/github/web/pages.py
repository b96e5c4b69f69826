"""The pages that people look at: a repository, a pull request, a comparison, a commit."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from playground.github.comparing import compare as compare_commits
from playground.github.hosted import Hosted
from playground.github.rest.links import links
from playground.github.site import SITE, NoSuchRepository
from playground.github.web.markdown import html
from playground.github.web.views import branch_view, branch_views, changes, changes_of

HERE = Path(__file__).parent
# Nothing from elsewhere is loaded, and nothing that a repository contains can run.
SECURITY = {"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'"}
PERSON_COOKIE = "person"

TEMPLATES = web.AppKey("templates", Environment)

routes = web.RouteTableDef()


def templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = lambda text: Markup(html(text))  # noqa: S704 - it escapes whatever it is given
    environment.filters["day"] = lambda at: at.strftime("%d %b %Y, %H:%M")
    return environment


def _page(request: web.Request, template: str, **values: object) -> web.Response:
    site = request.app[SITE]
    people = site.accounts.people()
    person = request.cookies.get(PERSON_COOKIE, people[0].login if people else "")
    shown = (
        request.app[TEMPLATES]
        .get_template(template)
        .render(people=people, person=person, last=site.feed.last, **values)
    )
    return web.Response(text=shown, content_type="text/html", headers=SECURITY)


async def hosted_here(request: web.Request) -> Hosted:
    try:
        return await request.app[SITE].open(request.match_info["owner"], request.match_info["name"])
    except NoSuchRepository as error:
        raise web.HTTPNotFound(text="There is no such repository here.") from error


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    return _page(request, "front.html", repositories=await request.app[SITE].repositories())


@routes.get("/{owner}/{name}")
async def repository(request: web.Request) -> web.Response:
    hosted = await hosted_here(request)
    views = await branch_views(hosted)
    main = hosted.repository.refs.default_branch()
    closed = [pull for pull in hosted.pulls.values() if not pull.open]
    return _page(
        request,
        "repository.html",
        hosted=hosted,
        links=links(request, hosted.repository.full_name),
        pulls=[view for view in views if view.pull],
        branches=[view for view in views if not view.pull and view.name != main],
        main=next((view for view in views if view.name == main), None),
        closed=closed[::-1],
    )


@routes.get(r"/{owner}/{name}/pull/{number:\d+}")
async def pull(request: web.Request) -> web.Response:
    hosted = await hosted_here(request)
    found = hosted.pulls.get(int(request.match_info["number"]))
    if found is None:
        raise web.HTTPNotFound(text="There is no such pull request.")
    view = await branch_view(hosted, found.head, found.head_sha, against=found.base_sha, pull=found)
    comparison = await compare_commits(hosted.repository, found.base_sha, found.head_sha)
    commits = comparison.commits if comparison else ()
    base = comparison.merge_base.sha if comparison else found.base_sha
    return _page(
        request,
        "pull.html",
        hosted=hosted,
        links=links(request, hosted.repository.full_name),
        view=view,
        commits=commits,
        deployments=hosted.deployments.of_commits(commit.sha for commit in commits),
        comments=hosted.conversation.on(found.number),
        changes=await changes(hosted, base, found.head_sha),
    )


@routes.get("/{owner}/{name}/compare/{basehead:.+}")
async def compare(request: web.Request) -> web.Response:
    hosted = await hosted_here(request)
    base, dots, head = request.match_info["basehead"].partition("...")
    if not dots:
        base, head = hosted.repository.refs.default_branch(), base
    base_sha, head_sha = [await hosted.repository.resolve(name) for name in (base, head)]
    found = await compare_commits(hosted.repository, base_sha, head_sha) if base_sha and head_sha else None
    if found is None:
        raise web.HTTPNotFound(text="There is nothing to compare: one of the two is not known here.")
    return _page(
        request,
        "compare.html",
        hosted=hosted,
        links=links(request, hosted.repository.full_name),
        base=base,
        head=head,
        comparison=found,
        changes=await changes(hosted, found.merge_base.sha, found.head.sha),
    )


@routes.get("/{owner}/{name}/commit/{ref:.+}")
@routes.get("/{owner}/{name}/tree/{ref:.+}")
async def commit(request: web.Request) -> web.Response:
    hosted = await hosted_here(request)
    sha = await hosted.repository.resolve(request.match_info["ref"])
    if sha is None:
        raise web.HTTPNotFound(text="There is no such commit.")
    found = await hosted.repository.commit(sha)
    return _page(
        request,
        "commit.html",
        hosted=hosted,
        links=links(request, hosted.repository.full_name),
        commit=found,
        statuses=hosted.reports(sha),
        changes=await changes_of(hosted, found),
    )
