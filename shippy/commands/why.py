"""`why [ref] [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import WhyReport
from shippy.commands.verb import Context, Verb, ref_and_app
from shippy.errors import NothingRefused
from shippy.model import Deploy, Phase

LOOKED_THROUGH = 50
SHORTEST_COMMIT = 7
IN_VAIN = {Phase.REFUSED, Phase.FAILED}


@dataclass(frozen=True, slots=True)
class Why:
    """A single word may be an app as well."""

    ref: str | None = None
    app: str | None = None

    def run(self, context: Context) -> WhyReport:
        ref, app = self._meant(context)
        lately = context.deploys.recent(LOOKED_THROUGH, app)
        meant = [deploy for deploy in lately if ref is None or _is_of(deploy, ref)]
        refused = next((deploy for deploy in meant if deploy.phase in IN_VAIN), None)
        if refused is None:
            raise NothingRefused(ref)
        later = meant[0] if ref is not None and meant[0] is not refused else None
        return WhyReport(context.clock.now(), refused, later)

    def _meant(self, context: Context) -> tuple[str | None, str | None]:
        if self.app is not None:
            return self.ref, context.deploys.site(self.app).name
        if self.ref is not None and self.ref.lower() in context.deploys.sites:
            return None, self.ref.lower()
        return self.ref, None


def _is_of(deploy: Deploy, ref: str) -> bool:
    """Whether somebody who types this ref means what the deploy was of."""
    if ref == deploy.ref or deploy.revision is None:
        return ref == deploy.ref
    pull = f"#{deploy.revision.pull.number}" if deploy.revision.pull else None
    short = len(ref) >= SHORTEST_COMMIT and deploy.revision.commit.startswith(ref.lower())
    return short or ref in {deploy.revision.branch, pull}


VERB = Verb(
    name="why",
    form="why [branch | #pull | commit] [app]",
    summary="why the last ship (or the last one of a branch) was refused, and what to do about each check.",
    parse=lambda words: Why(*ref_and_app(words)) if words else Why(),
    asks=True,
)
