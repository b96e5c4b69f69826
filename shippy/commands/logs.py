"""`logs [host] [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import LogsReport
from shippy.commands.verb import BadWords, Context, Verb, running
from shippy.deploys.site import Site
from shippy.errors import NothingToRead, UnknownHost

LINES = 20
"""Of one host, when it is named."""

LINES_OF_EACH = 5
MOST_HOSTS = 8
"""Of all hosts together, so much fits into one answer that somebody reads."""


@dataclass(frozen=True, slots=True)
class Logs:
    """`words` are the names of a host and of an app, as far as they were typed."""

    words: tuple[str, ...] = ()

    def run(self, context: Context) -> LogsReport:
        app = next((word.lower() for word in self.words if word.lower() in context.deploys.sites), None)
        site = context.deploys.site(context.deploying_app(app))
        named = [word for word in self.words if word.lower() != app]
        hosts = _named(site, named) if named else site.fleet.hosts[:MOST_HOSTS]
        deploy, commit, new = _meant(context, site)
        said = site.fleet.logs(deploy, hosts, LINES if named else LINES_OF_EACH)
        return LogsReport(site.name, commit, new, said, left_out=0 if named else len(site.fleet.hosts) - len(hosts))


def _named(site: Site, names: list[str]) -> tuple[str, ...]:
    known = {host.lower(): host for host in site.fleet.hosts}
    unknown = next((name for name in names if name.lower() not in known), None)
    if unknown is not None:
        raise UnknownHost(unknown, site.fleet.hosts)
    return tuple(known[name.lower()] for name in names)


def _meant(context: Context, site: Site) -> tuple[str, str, bool]:
    """The deploy whose containers are meant, its commit, and whether they are new: the public's, if none is shipped."""
    for deploy in running(context):
        if deploy.app == site.name and deploy.slot is not None and deploy.commit is not None:
            return deploy.id, deploy.commit, True
    live = context.deploys.live(site.name)
    if live.deploy is None or live.commit is None:
        raise NothingToRead(site.name)
    return live.deploy, live.commit, False


def _parsed(words: tuple[str, ...]) -> Logs:
    if len(words) > 2:  # noqa: PLR2004 - a host and an app
        raise BadWords("that is more than a host and an app")
    return Logs(words)


VERB = Verb(
    name="logs",
    form="logs [host] [app]",
    summary="the last lines that the new containers have written; the live ones', if no deploy is running.",
    parse=_parsed,
    asks=True,
)
