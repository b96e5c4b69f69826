"""Small pieces that sentences are made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shippy.errors import HostFailed
from shippy.model import CheckResult, Deploy, Live, Place, Revision, Verdict

MINUTE, HOUR, DAY = 60, 3600, 86_400
MARKS = {Verdict.PASSED: "✓", Verdict.PENDING: "…", Verdict.FAILED: "✗", Verdict.UNREADABLE: "?"}


def short(commit: str) -> str:
    return commit[:8]


def counted(count: int, thing: str) -> str:
    """ "1 host", "3 hosts"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def listed(things: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = list(things) or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def lasting(since: datetime, until: datetime) -> str:
    """ "12 s", "4 min", "3 h 20 min", "2 d 5 h": as exact as somebody needs it."""
    seconds = max(0, int((until - since).total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // DAY} d {seconds % DAY // HOUR} h"


def named(revision: Revision) -> str:
    """ "feature-x (#12 "A title") at 1a2b3c4d"; the ref alone where a commit was typed."""
    name = revision.branch or revision.ref
    pull = f' (#{revision.pull.number} "{revision.pull.title}")' if revision.pull else ""
    return f"{name}{pull} at {short(revision.commit)}"


def deployed(deploy: Deploy) -> str:
    """What a deploy ships, as exactly as is known by now."""
    return named(deploy.revision) if deploy.revision else deploy.ref


def live_release(live: Live) -> str:
    return f"{short(live.commit)} is live" if live.commit else "nothing is live yet"


def check_line(result: CheckResult) -> str:
    where = f"  {result.url}" if result.url else ""
    return f"{MARKS[result.verdict]} {result.name}: {result.verdict} ({result.detail}){where}"


def failure_lines(failure: HostFailed) -> str:
    """The host, the step, what happened there, and the last lines of the container's log."""
    exit_code = "" if failure.exit_code is None else f" (exit code {failure.exit_code})"
    first = f"{failure.host}, {failure.step}: {failure.reason}{exit_code}"
    return "\n".join([first, *(f"    {line}" for line in failure.log)])


def where(place: Place) -> str:
    return "in the shell" if not place.channel else "in a direct message" if place.direct else "in the channel"
