"""`rollout <0..100> [app]`, and with several shares and a time: `rollout 5 25 50 100 every 5m [app]`"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from shippy.answers import Told
from shippy.commands.verb import BadWords, Context, Right, Verb, one_app
from shippy.deploys.steps import climbing
from shippy.model import Share
from shippy.sentences.phrases import quoted

# Not Decimal's own grammar: "1e1", "NaN" and digits of other scripts are no way to name a share of production.
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})\s*%?", re.ASCII)
EVERY = "every"
TIME = re.compile(
    r"(?P<count>\d{1,5}(?:\.\d{1,3})?)\s*(?:(?P<s>s|sec|seconds?)|(?P<m>m|min|minutes?)|(?P<h>h|hours?))",
    re.ASCII | re.IGNORECASE,
)
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
SHORTEST, LONGEST = 10.0, 24 * 3600.0
MOST_SHARES = 10


@dataclass(frozen=True, slots=True)
class Rollout:
    share: Share
    app: str | None = None

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        return Told(*context.deploys.rollout(app, self.share, context.person))


@dataclass(frozen=True, slots=True)
class Climb:
    """`every` is in seconds."""

    shares: tuple[Share, ...]
    every: float
    app: str | None = None

    def run(self, context: Context) -> Told:
        app = context.deploying_app(self.app)
        return Told(*climbing.begin(context.deploys, app, self.shares, self.every, context.person))


def parse(words: tuple[str, ...]) -> Rollout | Climb:
    if not words:
        raise BadWords("how many percent?")
    at = next((index for index, word in enumerate(words) if word.lower() == EVERY), None)
    if at is not None:
        return _climb(words[:at], words[at + 1 :])
    percent, *rest = words
    if rest[:1] == ["%"]:
        rest = rest[1:]
    share = _share(percent)
    if rest and PERCENT.fullmatch(rest[0]):
        raise BadWords("several shares need a time between them, such as every 5m")
    return Rollout(share, one_app(tuple(rest)))


def _climb(before: tuple[str, ...], after: tuple[str, ...]) -> Climb:
    shares = tuple(_share(word) for word in " ".join(before).replace(",", " ").replace(" %", "%").split())
    if not 1 < len(shares) <= MOST_SHARES:
        raise BadWords(f"between 2 and {MOST_SHARES} shares make a climb")
    steps = [later.basis_points - earlier.basis_points for earlier, later in pairwise(shares)]
    if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        raise BadWords("a climb only goes up, or only down")
    every, rest = _time(after)
    return Climb(shares, every, one_app(rest))


def _share(word: str) -> Share:
    match = PERCENT.fullmatch(word)
    if match is None:
        raise BadWords(f"{quoted(word)} is not a number of percent")
    try:
        return Share.of_percent(match[1])
    except ValueError as error:
        raise BadWords(str(error)) from error


def _time(words: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
    """The seconds in the first word, or in the first two ("5 min"), and the words after them."""
    for count in (2, 1):
        match = TIME.fullmatch(" ".join(words[:count]))
        if match is not None and match.lastgroup is not None:
            seconds = float(match["count"]) * SECONDS[match.lastgroup]
            if not SHORTEST <= seconds <= LONGEST:
                raise BadWords("the time between two steps is at least 10s and at most 24h")
            return seconds, words[count:]
    if not words:
        raise BadWords("how much time between two steps?")
    raise BadWords(f"{quoted(words[0])} is not a time such as 30s, 5m or 1h")


VERB = Verb(
    name="rollout",
    form="rollout <0..100> [<0..100> … every 5m] [app]",
    summary="sends that percentage of the public traffic to the new containers; up or down, whole or decimal. With "
    "several and a time, as in rollout 5 25 50 100 every 5m, the share climbs by itself.",
    parse=parse,
    right=Right.SHIP,
)
