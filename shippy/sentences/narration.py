"""What a deploy's thread says, event by event."""

from __future__ import annotations

from collections.abc import Mapping

from shippy import events
from shippy.events import DeployEvent, Entry
from shippy.model import ALL, NONE, CheckResult, Deploy, Share
from shippy.sentences import leaving, shipping
from shippy.sentences.advice import next_step
from shippy.sentences.approving import approving, because
from shippy.sentences.climbing import climb, still_climbing
from shippy.sentences.judging import judged
from shippy.sentences.merging import moving_on, way_out
from shippy.sentences.phrases import (
    check_line,
    counted,
    duration,
    failed,
    listed,
    live_release,
    named,
    sentence,
    short,
    warnings_of,
)


def narrate(entry: Entry, deploy: Deploy, *, bot: str, vip: str, links: Mapping[str, str]) -> str | None:
    """The words for an event, or None for one that nobody needs to read.

    `vip` is the URL that reaches only the new containers; `links` are the monitoring tools' URLs by their names.
    """
    event = entry.event
    if not isinstance(event, DeployEvent):
        return None
    if isinstance(event, events.Prepared):
        return _prepared(deploy, bot, vip, links)
    if isinstance(event, events.TakenOver):
        return f"{_taken_over(event)} {still_climbing(deploy.ramp, entry.at, bot)}".rstrip()
    tell = (_on_the_way_in, _on_the_way_out, climb, moving_on, approving)
    return next(filter(None, (words(event, deploy, bot) for words in tell)), None)


def _on_the_way_in(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    match event:
        case events.Started():
            return shipping.started(event)
        case events.Resolved(revision=revision, diff_url=diff_url):
            diff = f"What changes: {diff_url}" if diff_url else _first(deploy, bot)
            warnings = "".join(f"\nWatch out: {warning}." for warning in warnings_of(event))
            return f"Shipping {named(revision)}; {live_release(deploy.live)}. {diff}{warnings}"
        case events.ImageResolved(recorded=True):
            return (
                f"The registry does not answer. {short(deploy.commit or deploy.ref)} has been live before, so it is "
                "shipped as the image that it was then; hosts that still have it need no registry."
            )
        case events.ImageResolved(there=there) if there:
            return f"The image is on {counted(len(there), 'host')} already: nothing has to be pulled there."
        case events.ChecksReported(results=results) if any(result.skipped for result in results):
            return shipping.skipped(deploy, results)
        case events.ChecksReported(results=results):
            return _passed(results)
        case events.WaitingForChecks(until=until):
            return shipping.waiting(deploy, until, bot)
        case events.Preparing(hosts=hosts, slot=slot):
            return f"Preparing {counted(len(hosts), 'host')} in the slot {slot}. Public traffic to it: zero."
        case events.LeftoversRemoved(host=host, containers=containers):
            return f"{host}: removed {counted(len(containers), 'container')} that an ended deploy had left."
        case events.HostReady(endpoint=endpoint):
            done = f"{len(deploy.ready)} of {len(deploy.hosts)}"
            return f"{endpoint.host} is healthy at {endpoint.address}:{endpoint.port} ({done})."
        case events.HostGaveUp(host=host, step=step, reason=reason, exit_code=exit_code, log=log):
            return "\n".join([f"{failed(host, step, reason, exit_code)}.", *(f"    {line}" for line in log)])
        case events.DeployRefused(reason=reason):
            return _refused(deploy, reason, bot)
        case _:
            return None


def _passed(results: tuple[CheckResult, ...]) -> str | None:
    """Where a check is in the way, the refusal that follows tells of it."""
    if not results:
        return "No checks are configured."
    if any(result.in_the_way for result in results):
        return None
    others = [check_line(result) for result in results if not result.passed]
    if others:
        passed = counted(len(results) - len(others), "check")
        return "\n".join([f"{passed} passed, and nothing is in the way.", *others])
    names = listed(result.name for result in results)
    return f"The check {names} passed." if len(results) == 1 else f"All {len(results)} checks passed: {names}."


def _refused(deploy: Deploy, reason: str, bot: str) -> str:
    free = f"No container was touched, and the lock is free.{shipping.pulled(deploy)}"
    if any(result.in_the_way for result in deploy.checks):
        return f"Not shipped: {reason}\n{free} `{bot} checks {deploy.ref}` looks again."
    return f"Not shipped: {reason.removesuffix('.')}. {free}"


def _first(deploy: Deploy, bot: str) -> str:
    return (
        f"This is the first deploy of {deploy.app}: there is nothing to compare with, and the public address has no "
        f"release to answer with until `{bot} rollout` sends traffic here."
    )


def _prepared(deploy: Deploy, bot: str, vip: str, links: Mapping[str, str]) -> str:
    missing = f" ({listed(deploy.gave_up)} failed)" if deploy.gave_up else ""
    lines = [
        f"Ready to verify on {counted(len(deploy.ready), 'host')}{missing}: {vip} reaches only the new containers."
    ]
    lines += [f"{name}: {url}" for name, url in links.items()]
    if deploy.approval is not None and deploy.approval.reasons:
        why = because(deploy.approval.reasons)
        lines += [f"Before visitors get it, somebody else has to approve it (`{bot} approve`): {why}."]
    lines += [f"Then `{bot} rollout 5` sends them a first share of the public traffic, or `{bot} abort` ends it."]
    return "\n".join(lines)


def _on_the_way_out(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    match event:
        case events.ShareChanged(after=share, climbing=True):
            return " ".join(filter(None, [climb(event, deploy, bot), "" if deploy.ramp else _after_share(share, bot)]))
        case events.ShareChanged(by=by, before=before, after=share, committing=committing):
            sends = f"{by.name} sends {share} of the public traffic to the new containers (it was {before})."
            return sends if committing else f"{sends} {_after_share(share, bot)}"
        case events.ShareRefused(share=share, reason=reason):
            return f"The share is still {share}: {reason.removesuffix('.')}."
        case events.Merging(head=head):
            return f"Merging {short(head)}."
        case events.Merged() if deploy.contained:
            return "Nothing to merge: the main branch has it already."
        case events.Merged(commit=commit):
            return f"Merged as {short(commit)}."
        case events.MergeFailed(reason=reason, kind=kind):
            return (
                f"Not merged: {sentence(reason)}\nAll traffic is on the new containers; the lock and the old "
                f"containers are kept. {way_out(kind, commit=f'`{bot} commit`', abort=f'`{bot} abort`')}"
            )
        case events.Drained(counted=False):
            return "The time to drain is over; the balancers do not say how many sessions are cut, if any."
        case events.Drained(cut=cut) if cut:
            were = "session was" if cut == 1 else "sessions were"
            return f"{cut} {were} still open when the time to drain was over, and will be cut."
        case events.LeftBehind(what=what, reason=reason, by_hand=True):
            return f"Left for you: {what} ({reason.removesuffix('.')})."
        case events.LeftBehind(what=leaving.REVERTING_PULL, reason=reason):
            why = reason.removesuffix(".")
            return f"No pull request could be opened that reverts the merge ({why}): take it out of the main branch."
        case events.LeftBehind(what=what, reason=reason):
            return f"Left for later: {what} ({reason.removesuffix('.')}). The next deploy puts it right, if not before."
        case events.Committed():
            return f"Done: {short(deploy.commit or deploy.ref)} is live with 100 % of the traffic. The lock is free."
        case _:
            return _on_the_way_back(event, deploy, bot)


def _on_the_way_back(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    match event:
        case events.Aborting(by=by, reason=reason, failing=failing):
            why = f": {reason.removesuffix('.')}" if reason else ""
            return f"The preparation failed{why}. Taking it back." if failing else f"{by.name} aborts{why}."
        case events.Aborted():
            return f"Aborted: {_as_before(deploy)}. The lock is free."
        case events.Failed():
            return f"Failed: {_untouched(deploy)}. The lock is free."
        case events.Undoing(by=by, reason=reason):
            why = f": {reason.removesuffix('.')}" if reason else ""
            return f"{by.name} undoes this deploy{why}."
        case events.SwappedBack(live=live):
            who = deploy.undone_by.name if deploy.undone_by else "somebody"
            why = f" ({deploy.reason.removesuffix('.')})" if deploy.reason else ""
            back = f"Production is back on {short(live.commit or '')}"
            return f"{back}: {who} has undone {deploy.ref} on {deploy.app}{why}."
        case events.RevertOpened(pull=pull):
            return f"Pull request #{pull.number} reverts the merge: {pull.url}"
        case events.Undone():
            return _undone(deploy, bot)
        case events.Judged(judgement=judgement, aborting=aborting):
            return judged(judgement, aborting=aborting, bot=bot)
        case events.Retrying(by=by, hosts=hosts):
            return f"{by.name} has {listed(hosts)} prepared once more."
        case events.StoodStill(seconds=seconds):
            return f"Nothing has happened here for {duration(seconds)}. {next_step(deploy.phase, bot)}"
        case events.Resumed(phase=phase):
            return f"I was restarted while this deploy was {phase}, and go on from there."
        case _:
            return None


def _taken_over(event: events.TakenOver) -> str:
    return f"{event.by.name} takes this deploy over from {event.before.name}: {event.reason.removesuffix('.')}."


def _undone(deploy: Deploy, bot: str) -> str:
    live = short(deploy.live.commit) if deploy.live.commit else "the release from before"
    if deploy.contained:
        return f"Undone: {live} is live. The lock is free, but ships are locked until `{bot} unlock`."
    main = "merge the pull request" if deploy.revert else "put the main branch right"
    return f"Undone: {live} is live. The lock is free, but ships are locked: {main}, then `{bot} unlock`."


def _after_share(share: Share, bot: str) -> str:
    if share == ALL:
        return f"`{bot} commit` makes it final, `{bot} abort` goes back."
    if share == NONE:
        return f"`{bot} rollout 5` sends some again, `{bot} abort` ends it."
    return f"Next: another `{bot} rollout`, `{bot} commit` or `{bot} abort`."


def _as_before(deploy: Deploy) -> str:
    if deploy.live.commit is None or not deploy.connected:
        return _untouched(deploy)
    return f"{short(deploy.live.commit)} has 100 % of the traffic again"


def _untouched(deploy: Deploy) -> str:
    return f"{short(deploy.live.commit)} is live and was never touched" if deploy.live.commit else "nothing is live yet"
