"""`hosts [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import AheadReport, HostsReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.config.prefetch import Mode
from shippy.deploys.session import Step
from shippy.deploys.site import Site
from shippy.errors import UnclearProduction
from shippy.model import Live


@dataclass(frozen=True, slots=True)
class Hosts:
    app: str | None = None

    def run(self, context: Context) -> HostsReport:
        site = context.site(self.app)
        looking = Step("the look at the images", lambda: _ahead(context, site))
        try:
            found = site.fleet.containers()
            return HostsReport(site.name, _live(context, site.name), found, looking.result())
        finally:
            looking.stop()


def _live(context: Context, app: str) -> Live | None:
    """This is what one looks at to find out why production is unclear, so it works then, too."""
    try:
        return context.deploys.live(app)
    except UnclearProduction:
        return None


def _ahead(context: Context, site: Site) -> AheadReport | None:
    settings = site.settings.prefetch
    if settings.mode is Mode.OFF:
        return None
    label = settings.label if settings.mode is Mode.LABEL else None
    wanted = context.deploys.prefetched.get(site.name)
    return AheadReport(wanted, label, settings.budget, site.fleet.images())


VERB = Verb(
    name="hosts",
    form="hosts [app]",
    summary="each host's containers, and the images pulled ahead.",
    parse=lambda words: Hosts(one_app(words)),
    asks=True,
)
