"""Small pieces that several sentences share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from shippy.errors import HostFailed
from shippy.events import Resolved
from shippy.model import CheckResult, Deploy, HostStep, Level, Live, Revision, Verdict

MINUTE, HOUR, DAY = 60, 3600, 86_400
LONGEST_QUOTE = 60
MARKS = {Verdict.PASSED: "✓", Verdict.PENDING: "…", Verdict.FAILED: "✗", Verdict.UNREADABLE: "?"}

DOING = {
    HostStep.CONNECTING: "while connecting",
    HostStep.PULLING: "while pulling the image",
    HostStep.CREATING: "while creating the container",
    HostStep.STARTING: "while starting the container",
    HostStep.CHECKING: "while waiting for health",
    HostStep.READY: "after it was ready",
    HostStep.REMOVING: "while removing containers",
}


def sentence(text: str) -> str:
    """With a capital and an end. A name (web1, acme/web) that it begins with stays as it is written."""
    first = text.partition(" ")[0]
    begun = text[0].upper() + text[1:] if first.isalpha() else text
    return begun if begun.endswith((".", "?", "!", "…")) or "\n" in begun else f"{begun}."


def short(commit: str) -> str:
    return commit[:8]


def quoted(text: str) -> str:
    """What somebody typed, on one line and not longer than it takes to recognise it."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= LONGEST_QUOTE else f'"{line[: LONGEST_QUOTE - 1]}…"'


def counted(count: int, thing: str) -> str:
    """ "1 host", "3 hosts"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def listed(things: Iterable[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = list(things) or ["nothing"]
    return f"{', '.join(most)} {joint} {last}" if most else last


def first_of(things: Sequence[str], most: int) -> list[str]:
    """As many as somebody wants to read, and how many are left: ["a", "b", "3 more"]."""
    left = len(things) - most
    return [*things[:most], f"{left} more"] if left > 0 else list(things)


def lasting(since: datetime, until: datetime) -> str:
    """ "12 s", "4 min", "3 h 20 min", "2 d 5 h": as exact as somebody needs it."""
    return duration((until - since).total_seconds())


def duration(length: float) -> str:
    """So many seconds, in the same words."""
    seconds = max(0, int(length))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // DAY} d {seconds % DAY // HOUR} h"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def named(revision: Revision) -> str:
    """ "feature-x (#12 "A title") at 1a2b3c4d"; the commit alone where a commit was typed."""
    pull = f' (#{revision.pull.number} "{revision.pull.title}")' if revision.pull else ""
    if revision.branch is None and revision.commit.startswith(revision.ref):
        return f"{short(revision.commit)}{pull}"
    return f"{revision.branch or revision.ref}{pull} at {short(revision.commit)}"


def deployed(deploy: Deploy) -> str:
    """What a deploy ships, as exactly as is known by now."""
    return named(deploy.revision) if deploy.revision else deploy.ref


def warnings_of(resolved: Resolved | Deploy) -> tuple[str, ...]:
    """What to watch out for in what a ref has come to: without a capital and an end."""
    behind = f"this takes {counted(resolved.behind, 'commit')} out of production" if resolved.behind else ""
    return tuple(filter(None, ((resolved.drift or "").removesuffix("."), behind)))


def live_release(live: Live) -> str:
    return f"{short(live.commit)} is live" if live.commit else "nothing is live yet"


def check_line(result: CheckResult) -> str:
    detail = f", {result.detail}" if result.detail else ""
    url = f" · {result.url}" if result.url else ""
    counts = f" ({counts_for(result)})" if counts_for(result) else ""
    return f"{MARKS[result.verdict]} {result.name}: {result.verdict}{counts}{detail}{url}"


def counts_for(result: CheckResult) -> str:
    """What a check that has not passed counts for, where that is not to stand in the way for good."""
    if result.passed or result.level is Level.REQUIRED:
        return ""
    if result.level is Level.ADVICE:
        return "advice"
    return "skipped" if result.skipped else "may be skipped"


def blocked(count: int, total: int) -> str:
    """ "2 of 3 checks are in the way"."""
    return f"{count} of {counted(total, 'check')} {'is' if count == 1 else 'are'} in the way"


def failed(host: str, step: HostStep, reason: str, exit_code: int | None) -> str:
    """ "web2 failed while waiting for health: it exited (exit code 3)"."""
    code = "" if exit_code is None else f" (exit code {exit_code})"
    return f"{host} failed {DOING[step]}: {reason.removesuffix('.')}{code}"


def refused_by(failures: Iterable[tuple[str, str]]) -> str:
    """ "lb1 (no such backend) and lb2 (connection refused)"."""
    return listed(f"{name} ({reason.removesuffix('.')})" for name, reason in failures)


def summary(failures: Iterable[HostFailed]) -> str:
    """Several failures in brief, those with the same reason together: "web1 and web3 (exited)"."""
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for failure in failures:
        hosts[failure.reason.removesuffix(".")].append(failure.host)
    return listed(f"{listed(sorted(names))} ({reason})" for reason, names in hosts.items())
