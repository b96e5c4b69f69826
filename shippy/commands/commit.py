"""`commit [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Pushing, Right, Verb, one_app
from shippy.deploys.site import Site
from shippy.model import Phase


@dataclass(frozen=True, slots=True)
class Commit(Pushing):
    app: str | None = None

    def pushes_to(self, context: Context) -> Site:
        return context.site(context.deploying_app(self.app))

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        entry, deploy = context.deploys.commit(app, context.person)
        return Told(entry, deploy, reached=deploy.phase is not Phase.UNMERGED)


VERB = Verb(
    name="commit",
    form="commit [app]",
    summary="sends all traffic to the new containers, merges the branch, and retires the old ones.",
    parse=lambda words: Commit(one_app(words)),
    right=Right.SHIP,
)
