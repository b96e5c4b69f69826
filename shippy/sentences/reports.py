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
    LogsReport,
    PinsReport,
    PlanReport,
    StatusReport,
    TurnsReport,
    VerdictReport,
    WhyReport,
)
from shippy.errors import HostFailed, ShippyError
from shippy.model import Container, Deploy, Live, Phase
from shippy.sentences import judging, logs, pinning, planning, waiting, whying
from shippy.sentences.advice import advise, next_step
from shippy.sentences.approving import standing
from shippy.sentences.causes import explain
from shippy.sentences.climbing import still_climbing
from shippy.sentences.drifting import wrong
from shippy.sentences.phrases import (
    blocked,
    check_line,
    counted,
    deployed,
    first_of,
    lasting,
    listed,
    live_release,
    moment,
    named,
    sentence,
    short,
)
from shippy.sentences.prefetching import ahead

LITTLE_OF_A_BUDGET = 0.1
MOST_HOSTS = 20


def render(said: Answer | ShippyError, *, bot: str, quote: logs.Quote = logs.indented) -> str:
    """An answer or an error as the text that a person reads. What is `Told` is narrated instead.

    `quote` sets off the lines of a log.
    """
    match said:
        case ShippyError():
            cause = sentence(explain(said))
            return ("\n" if "\n" in cause else " ").join(filter(None, [cause, advise(said, bot)]))
        case HelpPage():
            return _help(said, bot)
        case StatusReport():
            return "\n".join([*(_status(app, said.now, bot) for app in said.apps), *_budget(said)])
        case ChecksReport():
            return _checks(said, bot)
        case DiffReport():
            return _diff(said)
        case HostsReport():
            return "\n".join(_hosts(said))
        case LogsReport():
            return logs.report(said, bot=bot, quote=quote)
        case PinsReport():
            return pinning.links(said)
        case PlanReport():
            return planning.plan(said, bot=bot)
        case WhyReport():
            return whying.why(said, bot=bot)
        case VerdictReport():
            return judging.report(said, bot=bot)
        case TurnsReport():
            return waiting.report(said, bot=bot)
        case HistoryReport():
            return "\n".join(_past(deploy, said.now) for deploy in said.deploys) or "Nothing has been shipped yet."
        case _:
            raise TypeError(f"{said} is narrated, not rendered")


def _help(page: HelpPage, bot: str) -> str:
    """All of one command, or of each of several what its first sentence says."""
    if len(page.commands) == 1:
        return f"`{bot} {page.commands[0].form}`: {page.commands[0].summary}"
    lines = [f"`{bot} {each.form}`: {each.summary.partition('. ')[0].removesuffix('.')}." for each in page.commands]
    return "\n".join([*lines, f"`{bot} help <command>` tells all of one."])


def _status(status: AppStatus, now: datetime, bot: str) -> str:
    lines = [f"{status.app}: {_live(status, bot)}"]
    if status.drift:
        lines.append(f"Watch out: {status.drift.removesuffix('.')}.")
    lines += [f"Watch out: {wrong(seen)}." for seen in status.wrong]
    if status.deploy is not None:
        lines += _running(status.deploy, now)
        lines += standing(status.deploy, now, bot)
        lines += filter(None, [still_climbing(status.deploy.ramp, now, bot)])
    lines += waiting.in_line(status.turns)
    if status.deploy is not None:
        lines.append(next_step(status.deploy.phase, bot))
    return "\n".join(lines)


def _budget(said: StatusReport) -> list[str]:
    """A line where GitHub may soon take no more requests."""
    budget = said.budget
    if budget is None or budget.until <= said.now or budget.remaining >= budget.limit * LITTLE_OF_A_BUDGET:
        return []
    more = counted(budget.remaining, "more request") if budget.remaining else "no more requests"
    told = f"GitHub takes {more} of {budget.limit} until {budget.until:%H:%M} UTC"
    return [f"Watch out: {told}; who else uses the token?"]


def _live(status: AppStatus, bot: str) -> str:
    live = live_release(status.live) if status.live else "I cannot tell what is live right now"
    if status.deploy is not None:
        return f"{live}."
    if status.waits_for is not None:
        other = status.waits_for
        return f"{live}. {other.owner.name} holds the lock {other.lock}, shipping to {other.app}."
    if status.turns.closure is not None:
        return f"{live}. No deploy is running; `{bot} unlock` lets one begin."
    return f"{live}. No deploy is running; `{bot} ship <branch>` begins one."


def _running(deploy: Deploy, now: datetime) -> list[str]:
    since = lasting(deploy.started, now)
    share = f", {deploy.share} of the public traffic" if deploy.slot else ""
    up = sorted(endpoint.host for endpoint in deploy.ready)
    ready = f", up on {listed(first_of(up, MOST_HOSTS))}" if up else ""
    gave_up = f", failed on {listed(first_of(deploy.gave_up, MOST_HOSTS))}" if deploy.gave_up else ""
    return [
        f"{deploy.owner.name} has been shipping {deployed(deploy)} for {since} and holds the lock {deploy.lock}.",
        f"Phase: {deploy.phase}{share}{ready}{gave_up}.",
    ]


def _checks(report: ChecksReport, bot: str) -> str:
    if not report.results:
        return f"No checks are configured for {report.app}."
    blocking = sum(result.in_the_way for result in report.results)
    verdict = (
        f"{sentence(blocked(blocking, len(report.results)))} `{bot} checks {report.revision.ref}` looks again."
        if blocking
        else f"Nothing is in the way of `{bot} ship {report.revision.ref}`."
    )
    return "\n".join([f"Checks of {named(report.revision)}:", *map(check_line, report.results), verdict])


def _diff(report: DiffReport) -> str:
    name = named(report.revision)
    found = report.comparison
    if found is None:
        return f"{name}: nothing is live yet of {report.app}, so there is nothing to compare it with."
    live = short(found.base)
    if not found.ahead_by and not found.behind_by:
        return f"{name} is what is live: there is no difference."
    lacks = f" and lacks {counted(found.behind_by, 'commit')} of it" if found.behind_by else ""
    return f"{name} has {counted(found.ahead_by, 'commit')} more than the live {live}{lacks}: {found.url}"


def _hosts(report: HostsReport) -> list[str]:
    lines = []
    for host, containers in report.hosts.items():
        if isinstance(containers, HostFailed):
            lines.append(f"{host}: {containers.reason.removesuffix('.')}.")
        elif not containers:
            lines.append(f"{host}: no container.")
        else:
            lines += [f"{host}: {_container(container, report.live)}." for container in containers]
    return [*lines, *(ahead(report.ahead) if report.ahead else ())]


def _container(container: Container, live: Live | None) -> str:
    where = f" at {container.endpoint.address}:{container.endpoint.port}" if container.endpoint else ""
    role = "" if live is None else ", live" if container.deploy == live.deploy else ", not live"
    return f"{short(container.commit)} in the slot {container.slot}, {container.state}{where}{role}"


def _past(deploy: Deploy, now: datetime) -> str:
    end = str(deploy.phase) if deploy.ended else f"{deploy.phase}, not ended yet"
    told = deploy.reason.partition("\n")[0].rstrip(":.") if deploy.phase is not Phase.COMMITTED else ""
    reason = f" ({told})" if told else ""
    diff = f" · {deploy.diff_url}" if deploy.diff_url else ""
    when = f"{moment(deploy.started)}, {lasting(deploy.started, now)} ago"
    return f"{when}: {deploy.owner.name}, {deployed(deploy)} to {deploy.app}: {end}{reason}{diff}"
