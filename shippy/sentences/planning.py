"""What `ship` would do, in its order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from shippy.answers import PlanReport
from shippy.errors import ShippyError
from shippy.events import Resolved
from shippy.model import BalancerPlan, HostPlan, Slot
from shippy.sentences.approving import because
from shippy.sentences.causes import explain
from shippy.sentences.phrases import (
    blocked,
    check_line,
    counted,
    listed,
    named,
    sentence,
    short,
    warnings_of,
)


def plan(report: PlanReport, *, bot: str) -> str:
    revision = report.revision
    lines = [
        f"`{bot} ship {revision.ref} {report.app}` would ship {named(revision)}. Nothing has been done.",
        *(_change(report.resolved) if report.resolved else []),
        *_image(report),
        *map(check_line, report.results),
        *_warm(report),
        *map(_host, report.hosts),
        *([f"{report.needed} of {counted(len(report.hosts), 'host')} must come up."] if report.hosts else []),
        *_balancers(report.balancers),
        *_approval(report),
        _told(report),
        *_in_the_way(report),
    ]
    return "\n".join(lines)


def _change(resolved: Resolved) -> Iterator[str]:
    commit, live = short(resolved.revision.commit), resolved.live.commit
    instead = f"instead of {short(live)}" if live else "while nothing is live yet"
    diff = f"; {counted(resolved.commits, 'commit')} more: {resolved.diff_url}" if resolved.diff_url else ""
    yield sentence(f"Commit {commit} {instead}{diff}")
    if resolved.contained:
        yield "The main branch has it already, so a commit would merge nothing."
    yield from (f"Watch out: {warning}." for warning in warnings_of(resolved))


def _image(report: PlanReport) -> Iterator[str]:
    if isinstance(report.image, ShippyError):
        return
    recorded = " (as recorded: the registry does not answer)" if report.recorded else ""
    yield f"Image {report.image.pinned}{recorded}."


def _warm(report: PlanReport) -> Iterator[str]:
    if report.warm:
        yield f"The warm release {short(report.warm)} would be retired first: nothing could be undone any more."


def _host(host: HostPlan) -> str:
    if host.problem:
        return f"{host.host}: {host.problem.removesuffix('.')}; {host.container} would not start there as it is."
    gone = f"; {listed(one.name for one in host.removed)} would be removed" if host.removed else ""
    return f"{host.host}: {host.container} would start{gone}."


def _balancers(balancers: tuple[BalancerPlan, ...]) -> Iterator[str]:
    """A line for all balancers on which the same would change."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for balancer in balancers:
        alike[_rules(balancer)].append(balancer.balancer)
    yield from (f"{listed(names)}: {rules}." for rules, names in alike.items())


def _rules(balancer: BalancerPlan) -> str:
    if balancer.problem:
        return f"{balancer.problem.removesuffix('.')}, so nobody can tell what would change there"
    share = f"the slot {balancer.candidate} is reached through the VIP and gets {balancer.share} of the public traffic"
    left = [f"{_servers(hosts)} would leave the slot {slot}" for slot, hosts in _by_slot(balancer.leaving)]
    joined = [f"{_servers(hosts)} would join the slot {slot}" for slot, hosts in _by_slot(balancer.joining)]
    return "; ".join([*left, *joined, share, f"{balancer.stable} stays the stable one"])


def _approval(report: PlanReport) -> Iterator[str]:
    if report.approval:
        yield f"Before any visitor gets it, somebody else would have to approve it: {because(report.approval)}."


def _by_slot(servers: Iterable[tuple[Slot, str]]) -> list[tuple[Slot, list[str]]]:
    hosts: defaultdict[Slot, list[str]] = defaultdict(list)
    for slot, host in servers:
        hosts[slot].append(host)
    return list(hosts.items())


def _servers(hosts: list[str]) -> str:
    return f"the server{'' if len(hosts) == 1 else 's'} of {listed(hosts)}"


def _told(report: PlanReport) -> str:
    authors = f", and {listed(report.authors)} of a commit" if report.authors else ""
    return f"Told: the deploy's channel, by its message; {report.person.name}, when it is ready or fails{authors}."


def _in_the_way(report: PlanReport) -> list[str]:
    blocking = sum(result.in_the_way for result in report.results)
    checks = [blocked(blocking, len(report.results))] if blocking else []
    image = [explain(report.image)] if isinstance(report.image, ShippyError) else []
    reasons = [*map(explain, report.obstacles), *checks, *image, *_away(report)]
    if not reasons:
        return ["Nothing stands in the way."]
    return ["In the way:", *(f"- {sentence(reason)}" for reason in reasons)]


def _away(report: PlanReport) -> Iterator[str]:
    """Hosts and balancers that do not answer, where it needs them."""
    answering = sum(not host.problem for host in report.hosts)
    if report.hosts and answering < report.needed:
        yield f"only {counted(answering, 'host')} of {len(report.hosts)} can be asked, and {report.needed} must come up"
    silent = [balancer.balancer for balancer in report.balancers if balancer.problem]
    if silent:
        yield f"every balancer must take a change, and {listed(silent)} cannot be asked"
