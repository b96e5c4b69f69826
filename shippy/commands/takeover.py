"""`takeover <reason>`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import BadWords, Context, Right, Verb


@dataclass(frozen=True, slots=True)
class TakeOver:
    reason: str

    def run(self, context: Context) -> Told:
        app = context.deploying_app(None)
        login = context.identities.login_of(context.person)
        return Told(*context.deploys.take_over(app, context.person, self.reason, login))


def parse(words: tuple[str, ...]) -> TakeOver:
    if not words:
        raise BadWords("why? Its owner is told")
    return TakeOver(" ".join(words))


VERB = Verb(
    name="takeover",
    form="takeover <reason>",
    summary="makes you the owner of the running deploy; its owner is told.",
    parse=parse,
    right=Right.SHIP,
)
