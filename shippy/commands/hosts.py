"""`hosts [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import HostsReport
from shippy.commands.verb import Context, Verb, one_app


@dataclass(frozen=True, slots=True)
class Hosts:
    app: str | None = None

    def run(self, context: Context) -> HostsReport:
        site = context.site(self.app)
        return HostsReport(site.name, context.deploys.live(site.name), site.fleet.containers())


VERB = Verb(
    name="hosts",
    form="hosts [app]",
    summary="each host's containers, as the host itself reports them.",
    parse=lambda words: Hosts(one_app(words)),
)
