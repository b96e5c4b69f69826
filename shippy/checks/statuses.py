"""The commit statuses and check runs that the config, or the main branch's protection, requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

import gevent

from shippy.checks.subject import Subject
from shippy.config.checks import PROTECTED
from shippy.errors import ShippyError, Unavailable
from shippy.model import CheckResult, Status, Verdict
from shippy.sentences import explain

VERDICTS = {"success": Verdict.PASSED, "pending": Verdict.PENDING}
# GitHub tells the two ways of not being green apart: the thing is bad, or whoever looks at it could not.
ERROR = "error"
IN_A_PATTERN = frozenset("*?[")


def required_statuses(subject: Subject) -> tuple[CheckResult, ...]:
    """A result for each required status, and for each that a pattern fits.

    One that is missing is pending, and so is a pattern that fits nothing: somebody has still to report it.
    """
    wanted = subject.settings.checks.statuses
    if not wanted:
        return ()
    protected = gevent.spawn(_contexts, subject) if PROTECTED in wanted else None
    try:
        statuses = subject.code.statuses(subject.revision.commit)
        # A greenlet that has ended is false.
        contexts = () if protected is None else protected.get()
    except Unavailable as error:
        return tuple(_unreadable(name, error) for name in wanted)
    finally:
        gevent.killall([] if protected is None else [protected])
    found = (result for name in wanted for result in _results(name, statuses, contexts, subject))
    return tuple({result.name: result for result in found}.values())


def _contexts(subject: Subject) -> tuple[str, ...] | ShippyError:
    """What the main branch's protection asks for, or why that cannot be read: asked beside the statuses."""
    try:
        return subject.code.required_contexts(subject.settings.main)
    except ShippyError as error:
        return error


def _results(
    wanted: str, statuses: Mapping[str, Status], contexts: tuple[str, ...] | ShippyError, subject: Subject
) -> Iterable[CheckResult]:
    if wanted == PROTECTED:
        return _protected(statuses, contexts, subject.settings.main)
    if wanted in statuses or not IN_A_PATTERN & set(wanted):
        return (_result(wanted, statuses.get(wanted)),)
    fitting = [name for name in statuses if fnmatchcase(name, wanted)]
    if not fitting:
        return (CheckResult(wanted, Verdict.PENDING, "nothing has reported a status that fits this pattern yet"),)
    return (_result(name, statuses[name]) for name in fitting)


def _protected(
    statuses: Mapping[str, Status], contexts: tuple[str, ...] | ShippyError, main: str
) -> Iterator[CheckResult]:
    if isinstance(contexts, ShippyError):
        yield _unreadable(PROTECTED, contexts)
        return
    if not contexts:
        yield CheckResult(PROTECTED, Verdict.PASSED, f"the protection of {main} on GitHub asks for no status")
    yield from (_result(context, statuses.get(context)) for context in contexts)


def _unreadable(name: str, error: ShippyError) -> CheckResult:
    return CheckResult(name, Verdict.UNREADABLE, explain(error))


def _result(context: str, status: Status | None) -> CheckResult:
    if status is None:
        return CheckResult(context, Verdict.PENDING, "nothing has reported this status yet")
    verdict = VERDICTS.get(status.state, Verdict.FAILED)
    detail = status.description or ("what reports it met an error" if status.state == ERROR else "")
    return CheckResult(context, verdict, detail, status.url)
