"""`undo [app] [reason]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb


@dataclass(frozen=True, slots=True)
class Undo:
    """An app's name as the first word names the app where there are several; what follows is the reason."""

    words: tuple[str, ...] = ()

    def run(self, context: Context) -> Told:
        named, reason = context.app_and_reason(self.words)
        return Told(*context.deploys.undo(context.site(named).name, context.person, reason))


VERB = Verb(
    name="undo",
    form="undo [app] [reason]",
    summary="after a commit, flips back to the old containers while they are warm, opens a pull request that reverts "
    "the merge, and locks ships until somebody unlocks them.",
    parse=Undo,
    right=Right.SHIP,
)
