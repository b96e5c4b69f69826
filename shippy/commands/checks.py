"""`checks <ref> [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import ChecksReport
from shippy.checks import run_checks
from shippy.commands.verb import Context, Verb, ref_and_app
from shippy.deploys import refs
from shippy.deploys.steps.checking import subject_of


@dataclass(frozen=True, slots=True)
class Checks:
    ref: str
    app: str | None = None

    def run(self, context: Context) -> ChecksReport:
        site = context.site(self.app)
        revision = refs.resolve(site, context.deploys.journal, self.ref)
        results = run_checks(subject_of(site, revision, context.person, context.clock))
        return ChecksReport(site.name, revision, results)


VERB = Verb(
    name="checks",
    form="checks <branch | #pull | commit> [app]",
    summary="what the checks say of it now. Changes nothing.",
    parse=lambda words: Checks(*ref_and_app(words)),
    asks=True,
)
