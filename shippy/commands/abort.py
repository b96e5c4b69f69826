"""`abort [reason]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb


@dataclass(frozen=True, slots=True)
class Abort:
    """An app's name as the first word names the app where there are several; what follows is the reason."""

    words: tuple[str, ...] = ()

    def run(self, context: Context) -> Told:
        named, reason = context.app_and_reason(self.words)
        return Told(*context.deploys.abort(context.deploying_app(named), context.person, reason))


VERB = Verb(
    name="abort",
    form="abort [app] [reason]",
    summary="puts all traffic back on the live release and removes the new containers. Works at any moment.",
    parse=Abort,
    right=Right.SHIP,
)
