"""Runs examinations side by side, each bounded in time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby

import gevent

from shippy.doctor.findings import Examination, Finding, missing, reason
from shippy.errors import ShippyError

log = logging.getLogger(__name__)

WITHIN_SECONDS = 15.0


def carried_out(
    examinations: Sequence[Examination], within: float = WITHIN_SECONDS
) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each group, in the order of the examinations, as soon as that group is through.

    Args:
        within: seconds that all of them have; what does not end by then is a finding as well.
    """
    running = [(each.group, gevent.spawn(_findings, each, within)) for each in examinations]
    try:
        for group, members in groupby(running, key=lambda each: each[0]):
            yield group, [finding for _, greenlet in members for finding in greenlet.get()]
    finally:
        gevent.killall([greenlet for _, greenlet in running])


def _findings(examination: Examination, within: float) -> list[Finding]:
    found: list[Finding] = []
    deadline = gevent.Timeout(within)
    try:
        with deadline:
            for finding in examination.run():
                found.append(finding)  # noqa: PERF402 - one by one, so that a time-out leaves the earlier ones
    except gevent.Timeout as late:
        if late is not deadline:
            raise
        found.append(missing(f"no answer within {within:g} s"))
    except ShippyError as error:
        found.append(missing(reason(error)))
    except Exception as error:
        # The greenlet's error boundary: a bug in one examination must not hide what the others find.
        log.exception("the examination of %s met a bug", examination.group)
        found.append(missing(f"the examination itself broke ({type(error).__name__}): please report it"))
    return found
