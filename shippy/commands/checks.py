"""`checks <ref> [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import ChecksReport
from shippy.checks import Subject
from shippy.commands.verb import Context, Verb, ref_and_app


@dataclass(frozen=True, slots=True)
class Checks:
    ref: str
    app: str | None = None

    def run(self, context: Context) -> ChecksReport:
        site = context.site(self.app)
        revision = site.code.resolve(self.ref)
        return ChecksReport(site.name, revision, context.run_checks(Subject(revision, site.settings, site.code)))


VERB = Verb(
    name="checks",
    form="checks <branch | #pull | commit> [app]",
    summary="what the checks say of it now. Changes nothing.",
    parse=lambda words: Checks(*ref_and_app(words)),
)
