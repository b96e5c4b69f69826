"""`pause [app]` and `resume [app]`: a share that climbs by itself waits, and goes on."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb, one_app
from shippy.deploys.steps import climbing


@dataclass(frozen=True, slots=True)
class Pause:
    app: str | None = None

    def run(self, context: Context) -> Told:
        return Told(*climbing.pause(context.deploys, context.deploying_app(self.app), context.person))


@dataclass(frozen=True, slots=True)
class Resume:
    app: str | None = None

    def run(self, context: Context) -> Told:
        return Told(*climbing.resume(context.deploys, context.deploying_app(self.app), context.person))


PAUSE = Verb(
    name="pause",
    form="pause [app]",
    summary="holds a climbing share where it is.",
    parse=lambda words: Pause(one_app(words)),
    right=Right.SHIP,
)
RESUME = Verb(
    name="resume",
    form="resume [app]",
    summary="lets a paused share climb on, after the time that was left to its next step.",
    parse=lambda words: Resume(one_app(words)),
    right=Right.SHIP,
)
