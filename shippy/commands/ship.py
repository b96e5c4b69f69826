"""`ship <branch | #pull | commit> [app]`, with `--wait`, and `ship! … because <reason>`"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shippy.answers import Told
from shippy.commands.verb import BadWords, Context, Pushing, Right, Verb, ref_and_app
from shippy.deploys.site import Site
from shippy.model import Deploy, Phase

IN_VAIN = {Phase.REFUSED, Phase.FAILED, Phase.ABORTING, Phase.ABORTED}
"""What somebody else may have made of it meanwhile, too."""

# Telephones make one dash of two.
WAIT = {"--wait", "—wait", "–wait"}  # noqa: RUF001 - the dashes that they make
BECAUSE = "because"


@dataclass(frozen=True, slots=True)
class Ship(Pushing):
    """`override` is why checks that may be skipped are; empty: they are not."""

    ref: str
    app: str | None = None
    when_green: bool = False
    override: str = ""

    def pushes_to(self, context: Context) -> Site:
        return context.site(self.app)

    def run(self, context: Context) -> Told:
        site = context.site(self.app)
        context.deploys.locks.check(site.settings.lock, site.name)
        login = context.identities.login_of(context.person)
        entry, deploy = context.deploys.ship(
            site.name,
            self.ref,
            context.person,
            context.place,
            login,
            override=self.override,
            when_green=self.when_green,
        )
        return Told(entry, deploy, reached=deploy.phase not in IN_VAIN)


def parse(words: tuple[str, ...]) -> Ship:
    rest = tuple(word for word in words if word.lower() not in WAIT)
    return Ship(*ref_and_app(rest), when_green=len(rest) < len(words))


def parse_override(words: tuple[str, ...]) -> Ship:
    # A branch may be called anything, so that the first word is never the one before the reason.
    at = next((index for index, word in enumerate(words) if index and word.lower() == BECAUSE), None)
    reason = words[at + 1 :] if at else ()
    plain = parse(words[:at] if at else words)
    if not reason:
        raise BadWords("for which reason?")
    return Ship(plain.ref, plain.app, plain.when_green, " ".join(reason))


def refused(context: Context) -> Iterable[Deploy]:
    """The last deploy of each app, if it was refused: what its message offers begins a deploy of its own."""
    last = (deploy for app in context.deploys.sites for deploy in context.deploys.recent(1, app))
    return [deploy for deploy in last if deploy.phase is Phase.REFUSED]


VERB = Verb(
    name="ship",
    form="ship <branch | #pull | commit> [app] [--wait]",
    summary="checks it, starts it beside what is live, and links to where you can verify it. No public traffic yet. "
    "With --wait, pending checks may finish first.",
    parse=parse,
    right=Right.SHIP,
    about=refused,
)
OVERRIDE = Verb(
    name="ship!",
    form="ship! <branch | #pull | commit> [app] because <reason>",
    summary="ships past checks that may be skipped; everybody sees the reason, and which ones.",
    parse=parse_override,
    right=Right.OVERRIDE,
)
