"""`verdict [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import VerdictReport
from shippy.commands.verb import Context, Verb, one_app
from shippy.deploys.watch.judge import comparable


@dataclass(frozen=True, slots=True)
class Verdict:
    app: str | None = None

    def run(self, context: Context) -> VerdictReport:
        session = context.deploys.locks.running(context.deploying_app(self.app), "judge")
        newest = session.judgement
        current = comparable(session.deploy) and newest is not None and newest.share == session.deploy.share
        return VerdictReport(session.deploy, newest if current else None)


VERB = Verb(
    name="verdict",
    form="verdict [app]",
    summary="how the new containers do beside the live ones, in errors and response time, while both have traffic.",
    parse=lambda words: Verdict(one_app(words)),
    asks=True,
)
