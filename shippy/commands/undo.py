"""`undo [app] [reason]`"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import Context, Right, Verb
from shippy.model import Deploy


@dataclass(frozen=True, slots=True)
class Undo:
    """An app's name as the first word names the app where there are several; what follows is the reason."""

    words: tuple[str, ...] = ()

    def run(self, context: Context) -> Told:
        named, reason = context.app_and_reason(self.words)
        return Told(*context.deploys.undo(_app(context, named), context.person, reason))


def undoable(context: Context) -> Iterable[Deploy]:
    return [session.deploy for session in context.deploys.warm]


def _app(context: Context, named: str | None) -> str:
    """The app that was named, or that of the deploy whose button was pressed, or the only one there is."""
    pressed = (deploy.app for deploy in undoable(context) if deploy.id == context.expects)
    return context.site(named or next(pressed, None)).name


VERB = Verb(
    name="undo",
    form="undo [app] [reason]",
    summary="after a commit: back to the old containers while they are warm. Opens a pull request that reverts the "
    "merge, and locks ships until somebody unlocks them.",
    parse=Undo,
    right=Right.SHIP,
    about=undoable,
)
