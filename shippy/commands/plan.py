"""`plan <ref> [app]`"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shippy.answers import PlanReport
from shippy.commands.verb import Context, Verb, ref_and_app
from shippy.deploys import planning, refs


@dataclass(frozen=True, slots=True)
class Plan:
    ref: str
    app: str | None = None

    def run(self, context: Context) -> PlanReport:
        site = context.site(self.app)
        revision = refs.resolve(site, context.deploys.journal, self.ref)
        report = planning.plan(context.deploys, site, revision, context.person)
        authors = report.resolved.authors if report.resolved else ()
        told = (author for author in authors if context.identities.person_of(author) is not None)
        return replace(report, authors=tuple(author.login or author.name for author in told))


VERB = Verb(
    name="plan",
    form="plan <branch | #pull | commit> [app]",
    summary="what ship would do now: image, checks, containers, servers, and what stands in the way. Changes nothing.",
    parse=lambda words: Plan(*ref_and_app(words)),
    asks=True,
)
