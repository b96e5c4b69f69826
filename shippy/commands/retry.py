"""`retry [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb, one_app


@dataclass(frozen=True, slots=True)
class Retry:
    app: str | None = None

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        return Told(*context.deploys.retry(app, context.person))


VERB = Verb(
    name="retry",
    form="retry [app]",
    summary="prepares the running deploy's failed hosts again.",
    parse=lambda words: Retry(one_app(words)),
    right=Right.SHIP,
)
