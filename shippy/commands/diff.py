"""`diff <ref> [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import DiffReport
from shippy.commands.verb import Context, Verb, ref_and_app


@dataclass(frozen=True, slots=True)
class Diff:
    ref: str
    app: str | None = None

    def run(self, context: Context) -> DiffReport:
        site = context.site(self.app)
        revision = site.code.resolve(self.ref)
        live = context.deploys.live(site.name)
        comparison = site.code.compare(live.in_main, revision.commit) if live.in_main else None
        return DiffReport(site.name, revision, live, comparison)


VERB = Verb(
    name="diff",
    form="diff <branch | #pull | commit> [app]",
    summary="a link to what it would change in production.",
    parse=lambda words: Diff(*ref_and_app(words)),
    asks=True,
)
