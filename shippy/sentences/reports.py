"""What commands answer, in words."""

from __future__ import annotations

from datetime import datetime

from shippy.answers import (
    Answer,
    AppStatus,
    ChecksReport,
    DiffReport,
    HelpPage,
    HistoryReport,
    HostsReport,
    StatusReport,
)
from shippy.errors import HostFailed, ShippyError
from shippy.model import Container, Deploy, Live, Phase, Verdict
from shippy.sentences.advice import NEXT, advise
from shippy.sentences.causes import explain
from shippy.sentences.phrases import check_line, counted, deployed, lasting, live_release, named, short


def render(said: Answer | ShippyError, *, bot: str) -> str:
    """An answer or an error as the text that a person reads. What is `Told` is narrated instead."""
    match said:
        case ShippyError():
            cause = explain(said)
            sentence = f"{cause[0].upper()}{cause[1:]}"
            stop = "" if sentence.endswith(("?", ".")) or "\n" in sentence else "."
            return f"{sentence}{stop} {advise(said, bot)}".strip()
        case HelpPage():
            return "\n".join(f"`{bot} {command.form}` {command.summary}" for command in said.commands)
        case StatusReport():
            return "\n".join(_status(app, said.now, bot) for app in said.apps)
        case ChecksReport():
            return _checks(said, bot)
        case DiffReport():
            return _diff(said)
        case HostsReport():
            return _hosts(said)
        case HistoryReport():
            return "\n".join(_past(deploy, said.now) for deploy in said.deploys) or "Nothing has been shipped yet."
        case _:
            raise TypeError(f"{said} is narrated, not rendered")


def _status(status: AppStatus, now: datetime, bot: str) -> str:
    warning = f"\nWatch out: {status.drift}." if status.drift else ""
    first = f"{status.app}: {live_release(status.live)}"
    deploy = status.deploy
    if deploy is None:
        return f"{first}, no deploy is running; `{bot} ship <branch>` begins one.{warning}"
    hosts = f", {counted(len(deploy.ready), 'host')} up" if deploy.ready else ""
    failed = f", {', '.join(deploy.gave_up)} failed" if deploy.gave_up else ""
    share = f", {deploy.share} of the traffic" if deploy.slot else ""
    since = lasting(deploy.started, now)
    lines = [
        f"{first}; {deploy.owner.name} has the lock {deploy.lock} and ships {deployed(deploy)}, since {since}.",
        f"Phase: {deploy.phase}{share}{hosts}{failed}.",
    ]
    if deploy.phase in NEXT:
        lines.append(f"Next: {NEXT[deploy.phase].format(bot=bot)}.")
    return "\n".join(lines) + warning


def _checks(report: ChecksReport, bot: str) -> str:
    name = named(report.revision)
    if not report.results:
        return f"No checks are configured for {report.app}."
    blocking = sum(result.verdict is not Verdict.PASSED for result in report.results)
    verdict = f"{counted(blocking, 'check')} in the way." if blocking else f"`{bot} ship {report.revision.ref}` may go."
    return "\n".join([f"Checks of {name}:", *map(check_line, report.results), verdict])


def _diff(report: DiffReport) -> str:
    name = named(report.revision)
    if report.comparison is None:
        return f"{name}: nothing is live yet of {report.app}, so there is nothing to compare it with."
    commits = counted(report.comparison.ahead_by, "commit")
    without = f", and lacks {counted(report.comparison.behind_by, 'commit')}" if report.comparison.behind_by else ""
    live = short(report.comparison.base)
    return f"{name} has {commits} that the live {live} has not{without}: {report.comparison.url}"


def _hosts(report: HostsReport) -> str:
    lines = []
    for host, containers in report.hosts.items():
        if isinstance(containers, HostFailed):
            lines.append(f"{host}: {containers.reason}")
        elif not containers:
            lines.append(f"{host}: no container")
        else:
            lines += [f"{host}: {_container(container, report.live)}" for container in containers]
    return "\n".join(lines)


def _container(container: Container, live: Live) -> str:
    role = "live" if container.deploy == live.deploy else "not live"
    where = f" at {container.endpoint.address}:{container.endpoint.port}" if container.endpoint else ""
    return f"{container.slot} {short(container.commit)}, {container.state}{where}, {role}"


def _past(deploy: Deploy, now: datetime) -> str:
    end = deploy.phase if deploy.ended else f"{deploy.phase} (running)"
    reason = f" ({deploy.reason.splitlines()[0]})" if deploy.reason and deploy.phase is not Phase.COMMITTED else ""
    diff = f"  {deploy.diff_url}" if deploy.diff_url else ""
    when = f"{deploy.started:%Y-%m-%d %H:%M} UTC, {lasting(deploy.started, now)} ago"
    return f"{when}: {deploy.owner.name}, {deployed(deploy)} to {deploy.app}: {end}{reason}{diff}"
