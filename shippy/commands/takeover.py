"""`takeover [app] <reason>`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import BadWords, Context, Right, Verb, running


@dataclass(frozen=True, slots=True)
class TakeOver:
    """`words` are the reason. Where deploys of several apps run, an app's name ahead of it tells which."""

    words: tuple[str, ...]

    def run(self, context: Context) -> Told:
        several = len({deploy.app for deploy in running(context)}) > 1
        named, reason = context.app_ahead_of_reason(self.words, several=several)
        app = context.deploying_app(named)
        login = context.identities.login_of(context.person)
        return Told(*context.deploys.take_over(app, context.person, reason, login))


def parse(words: tuple[str, ...]) -> TakeOver:
    if not words:
        raise BadWords("why? Its owner is told")
    return TakeOver(words)


VERB = Verb(
    name="takeover",
    form="takeover [app] <reason>",
    summary="makes you the owner of the running deploy; its owner is told.",
    parse=parse,
    right=Right.SHIP,
)
