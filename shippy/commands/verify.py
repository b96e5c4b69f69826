"""`verify [app]`"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shippy.answers import PinsReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.errors import NotYours, WrongPhase
from shippy.model import Phase

LASTING = timedelta(minutes=30)
"""How long the links are good: long enough to look at everything, too short to be of use to whoever finds one later."""

WITH_A_CANDIDATE = frozenset({Phase.VERIFYING, Phase.ROLLING, Phase.UNMERGED})


@dataclass(frozen=True, slots=True)
class Verify:
    app: str | None = None

    def run(self, context: Context) -> PinsReport:
        app = context.deploying_app(self.app)
        deploy = context.deploys.locks.running(app, "verify").deploy
        if deploy.owner.id != context.person.id:
            raise NotYours("verify", deploy.owner)
        if deploy.phase not in WITH_A_CANDIDATE:
            raise WrongPhase("verify", deploy.phase)
        # Links are good until a whole second.
        now = context.clock.now().replace(microsecond=0)
        return PinsReport(now, deploy, context.deploys.site(app).balancers.pins(deploy.id, now + LASTING))


VERB = Verb(
    name="verify",
    form="verify [app]",
    summary="gives you alone a link that shows your browser the new version at its public address.",
    parse=lambda words: Verify(one_app(words)),
)
