"""`status [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import AppStatus, StatusReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.deploys import production
from shippy.deploys.site import Site


@dataclass(frozen=True, slots=True)
class Status:
    app: str | None = None

    def run(self, context: Context) -> StatusReport:
        sites = [context.deploys.site(self.app)] if self.app else context.deploys.sites.values()
        return StatusReport(context.clock.now(), tuple(_status(context, site) for site in sites))


def _status(context: Context, site: Site) -> AppStatus:
    running = next((session.deploy for session in context.deploys.locks if session.deploy.app == site.name), None)
    live = context.deploys.live(site.name)
    return AppStatus(site.name, live, running, production.drift(site, live))


VERB = Verb(
    name="status",
    form="status [app]",
    summary="what is live, who holds the lock, and how far the running deploy has come.",
    parse=lambda words: Status(one_app(words)),
)
