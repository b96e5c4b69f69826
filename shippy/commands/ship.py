"""`ship <branch | #pull | commit> [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb, ref_and_app
from shippy.deploys.site import Site
from shippy.model import Phase

IN_VAIN = {Phase.REFUSED, Phase.FAILED, Phase.ABORTING, Phase.ABORTED}
"""What somebody else may have made of it meanwhile, too."""


@dataclass(frozen=True, slots=True)
class Ship:
    ref: str
    app: str | None = None

    def pushes_to(self, context: Context) -> Site:
        return context.site(self.app)

    def run(self, context: Context) -> Told:
        site = context.site(self.app)
        context.deploys.locks.check(site.settings.lock, site.name)
        login = context.identities.login_of(context.person)
        entry, deploy = context.deploys.ship(site.name, self.ref, context.person, context.place, login)
        return Told(entry, deploy, reached=deploy.phase not in IN_VAIN)


VERB = Verb(
    name="ship",
    form="ship <branch | #pull | commit> [app]",
    summary="checks it, starts it beside what is live, and links to where it can be verified. No public traffic yet.",
    parse=lambda words: Ship(*ref_and_app(words)),
    right=Right.SHIP,
)
