"""The checks of a deploy, and of a question about one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shippy.checks import Subject, run_checks
from shippy.deploys.session import Session, Step
from shippy.deploys.site import Site
from shippy.errors import ChecksBlocked
from shippy.events import ChecksReported, WaitingForChecks
from shippy.model import CheckResult, Image, Level, Live, Person, Revision, Verdict, only_pending
from shippy.ports import Clock

LOOK_AGAIN_SECONDS = 10.0
"""The time between two looks at checks that are waited for."""

Looking = Step[tuple[CheckResult, ...]]


def subject_of(
    site: Site,
    revision: Revision,
    person: Person,
    clock: Clock,
    *,
    deploy: str | None = None,
    live: Live | None = None,
    fetched: Callable[[], Image] | None = None,
) -> Subject:
    """What the checks are given of a revision that somebody ships to an app, or asks about."""
    return Subject(
        app=site.name,
        settings=site.settings,
        revision=revision,
        person=person,
        code=site.code,
        fleet=site.fleet,
        clock=clock,
        deploy=deploy,
        live=live,
        fetched=fetched,
    )


@dataclass(frozen=True, slots=True)
class DeployChecks:
    """The checks of one deploy. `fetched` waits for its image on a host."""

    session: Session
    site: Site
    revision: Revision
    clock: Clock
    fetched: Callable[[], Image]

    def begin(self, live: Live) -> Looking:
        """Have them run from now on, against what is live. Whoever begins them stops them."""
        return Step("the checks", lambda: self._look(live))

    def judge(self, looking: Looking) -> bool:
        """Wait for what they say, and let those that are pending come to their end where that was asked for.

        Returns:
            Whether it has waited for some.

        Raises:
            ChecksBlocked: one is in the way.
        """
        session = self.session
        session.record(ChecksReported(*session.key, results=looking.result()))
        waits = session.deploy.when_green and only_pending(session.deploy.checks)
        if waits:
            self._wait()
        over = waits and _may_still_pass(session.deploy.checks)
        blocked = ChecksBlocked(session.deploy.checks, waited=self.site.settings.checks.wait if over else None)
        if blocked.blocking:
            raise blocked
        return waits

    def _look(self, live: Live) -> tuple[CheckResult, ...]:
        deploy = self.session.deploy
        subject = subject_of(
            self.site, self.revision, deploy.owner, self.clock, deploy=deploy.id, live=live, fetched=self.fetched
        )
        results = run_checks(subject)
        return tuple(map(_skipped, results)) if deploy.override else results

    def _wait(self) -> None:
        """Look again and again, until nothing is in the way, something has failed, or the time for it is over."""
        session, clock = self.session, self.clock
        until = clock.now() + timedelta(seconds=self.site.settings.checks.wait)
        session.record(WaitingForChecks(*session.key, until=until))
        while _may_still_pass(session.deploy.checks) and clock.now() < until:
            clock.sleep(min(LOOK_AGAIN_SECONDS, (until - clock.now()).total_seconds()))
            results = self._look(session.deploy.live)
            if results != session.deploy.checks:
                session.record(ChecksReported(*session.key, results=results))


def _skipped(result: CheckResult) -> CheckResult:
    return replace(result, skipped=result.level is Level.SKIPPABLE and not result.passed)


def _may_still_pass(results: tuple[CheckResult, ...]) -> bool:
    """Whether something is in the way that has not failed. What cannot be read now may be in ten seconds."""
    blocking = [result for result in results if result.in_the_way]
    return bool(blocking) and all(result.verdict is not Verdict.FAILED for result in blocking)
