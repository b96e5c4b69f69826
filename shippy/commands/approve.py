"""`approve [app]`: the word of a second person."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb, one_app
from shippy.deploys.steps import approving


@dataclass(frozen=True, slots=True)
class Approve:
    app: str | None = None

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        login = context.identities.proven_login(context.person)
        return Told(*approving.approve(context.deploys, app, context.person, login))


VERB = Verb(
    name="approve",
    form="approve [app]",
    summary="lets somebody else's deploy go on to visitors, if the config asks for a second person.",
    parse=lambda words: Approve(one_app(words)),
    right=Right.APPROVE,
)
