"""`status [app]`"""

from __future__ import annotations

from dataclasses import dataclass

import gevent

from shippy.answers import AppStatus, StatusReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.deploys import production
from shippy.deploys.site import Site
from shippy.errors import Unavailable, UnclearProduction
from shippy.model import Live
from shippy.sentences import explain

LOOK_SECONDS = 3.0
"""What the hosts get to say what they run. Who asks for the status wants it now, most of all on a bad day."""


@dataclass(frozen=True, slots=True)
class Status:
    """`within` is how many seconds the hosts get."""

    app: str | None = None
    within: float = LOOK_SECONDS

    def run(self, context: Context) -> StatusReport:
        sites = [context.deploys.site(self.app)] if self.app else list(context.deploys.sites.values())
        first, *others = sites
        looking = [gevent.spawn(_look, context, site, self.within) for site in others]
        try:
            looks = [_look(context, first, self.within), *(greenlet.get() for greenlet in looking)]
        finally:
            gevent.killall(looking)
        apps = tuple(_status(context, site, *look) for site, look in zip(sites, looks, strict=True))
        # Every repository is on the same GitHub.
        return StatusReport(context.clock.now(), apps, sites[0].code.budget)


def _look(context: Context, site: Site, within: float) -> tuple[Live | None, str | None]:
    """What is live, and where what runs disagrees; as much of it as can be told in time.

    A deploy that is at work on the hosts looks at them itself: hundreds of questions would be in its way.
    """
    busy = (each.deploy for each in context.deploys.locks if each.busy and each.deploy.app == site.name)
    working = next((deploy for deploy in busy if not deploy.swapped), None)
    if working is not None and working.revision is not None:
        return working.live, working.drift
    live = production.recorded(site, context.deploys.journal)
    try:
        with gevent.Timeout(within, Unavailable("the fleet", f"no answer within {within:g} s")):
            if working is not None:
                return live or context.deploys.live(site.name), None
            sight = production.look(site, context.deploys.journal)
            return sight.live, sight.drift
    except (UnclearProduction, Unavailable) as error:
        return live, explain(error)


def _status(context: Context, site: Site, live: Live | None, drift: str | None) -> AppStatus:
    deploys = [session.deploy for session in context.deploys.locks]
    running = next((deploy for deploy in deploys if deploy.app == site.name), None)
    holder = next((deploy for deploy in deploys if deploy.lock == site.settings.lock), None)
    turns = context.deploys.waiting.of(site.settings.lock)
    wrong = tuple(context.deploys.wrong[site.name])
    return AppStatus(site.name, live, running, drift, None if running else holder, turns, wrong)


VERB = Verb(
    name="status",
    form="status [app]",
    summary="what is live, who holds the lock, and how far the running deploy has come.",
    parse=lambda words: Status(one_app(words)),
    asks=True,
)
