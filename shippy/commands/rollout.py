"""`rollout <0..100> [app]`"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import BadWords, Context, Right, Verb, one_app
from shippy.model import Share
from shippy.sentences.phrases import quoted

# Not Decimal's own grammar: "1e1", "NaN" and digits of other scripts are no way to name a share of production.
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})\s*%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rollout:
    share: Share
    app: str | None = None

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        return Told(*context.deploys.rollout(app, self.share, context.person))


def parse(words: tuple[str, ...]) -> Rollout:
    if not words:
        raise BadWords("how many percent?")
    percent, *rest = words
    if rest[:1] == ["%"]:
        rest = rest[1:]
    match = PERCENT.fullmatch(percent)
    if match is None:
        raise BadWords(f"{quoted(percent)} is not a number of percent")
    try:
        share = Share.of_percent(match[1])
    except ValueError as error:
        raise BadWords(str(error)) from error
    return Rollout(share, one_app(tuple(rest)))


VERB = Verb(
    name="rollout",
    form="rollout <0..100> [app]",
    summary="sends that percentage of the public traffic to the new containers; up or down, whole or decimal.",
    parse=parse,
    right=Right.SHIP,
)
