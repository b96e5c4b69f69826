"""`hosts [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import HostsReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.errors import UnclearProduction
from shippy.model import Live


@dataclass(frozen=True, slots=True)
class Hosts:
    app: str | None = None

    def run(self, context: Context) -> HostsReport:
        site = context.site(self.app)
        return HostsReport(site.name, _live(context, site.name), site.fleet.containers())


def _live(context: Context, app: str) -> Live | None:
    """This is what one looks at to find out why production is unclear, so it works then, too."""
    try:
        return context.deploys.live(app)
    except UnclearProduction:
        return None


VERB = Verb(
    name="hosts",
    form="hosts [app]",
    summary="each host's containers, as the host itself reports them.",
    parse=lambda words: Hosts(one_app(words)),
)
