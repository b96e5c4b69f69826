"""Runs the checks side by side, each bounded in time. What cannot be read never passes."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace

import gevent

from shippy.checks.subject import Subject
from shippy.checks.table import Row, checks_of
from shippy.errors import ShippyError, Unavailable
from shippy.model import CheckResult, Verdict
from shippy.sentences import explain

log = logging.getLogger(__name__)

STOPPING_SECONDS = 1.0
"""How long a check that is stopped has to clean up; then it is left to itself."""

A_BUG = "this check has a bug, which the log of shippy tells of"


def run_checks(subject: Subject, table: Mapping[str, Row] | None = None) -> tuple[CheckResult, ...]:
    """All results with their levels, in the table's order. What cannot be read is `unreadable`; it never passes.

    `table` is what is run instead of the checks of the config.
    """
    began = time.monotonic()
    settings = subject.settings.checks
    table = checks_of(settings) if table is None else table
    running = {key: gevent.spawn(_answer, row, subject) for key, row in table.items()}
    found: list[CheckResult] = []
    try:
        for key, row in table.items():
            within = row.within or settings.timeout
            running[key].join(timeout=max(0.0, began + within - time.monotonic()))
            results = running[key].value
            if results is None:
                results = _unreadable(row, _late(row, within))
            found += (_at_its_level(result, subject, key, row) for result in results)
    finally:
        gevent.killall(list(running.values()), block=False)
        gevent.joinall(list(running.values()), timeout=STOPPING_SECONDS)
    return tuple(found)


def _answer(row: Row, subject: Subject) -> tuple[CheckResult, ...]:
    try:
        return row.check(subject)
    except ShippyError as error:
        return _unreadable(row, explain(error))
    except (Exception, gevent.Timeout):  # the boundary of a check's greenlet: a bug in it is no verdict
        log.exception("the check %s has a bug", row.name)
        return _unreadable(row, A_BUG)


def _unreadable(row: Row, why: str) -> tuple[CheckResult, ...]:
    return (CheckResult(row.name, Verdict.UNREADABLE, why),)


def _late(row: Row, within: float) -> str:
    return explain(Unavailable(row.asks, f"no answer within {within:g} s"))


def _at_its_level(result: CheckResult, subject: Subject, key: str, row: Row) -> CheckResult:
    """The config has the last word on what counts for how much, and no check skips itself."""
    level = subject.settings.checks.level_of(result.name, key) or row.level
    return replace(result, level=level, skipped=False)
