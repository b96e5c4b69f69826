"""What is told in a deploy's own thread, event by event."""

from __future__ import annotations

from collections.abc import Mapping

from shippy import events
from shippy.events import DeployEvent, Entry
from shippy.model import ALL, NONE, Deploy
from shippy.sentences.phrases import check_line, counted, deployed, live_release, named, short


def narrate(entry: Entry, deploy: Deploy, *, bot: str, vip: str, links: Mapping[str, str]) -> str | None:
    """The words for an event, or None for one that nobody needs to read.

    `vip` is the URL that reaches only the new containers; `links` are the monitoring tools' URLs by their names.
    """
    event = entry.event
    if not isinstance(event, DeployEvent):
        return None
    if isinstance(event, events.Prepared):
        return _prepared(deploy, bot, vip, links)
    return _on_the_way_in(event, deploy, bot) or _on_the_way_out(event, deploy, bot)


def merge_message(deploy: Deploy) -> str:
    """The commit message of the merge: what was shipped, by whom, in which deploy."""
    return f"Ship {deployed(deploy)}\n\nDeploy {deploy.id} of {deploy.app}, started by {deploy.owner.name}."


def _on_the_way_in(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    match event:
        case events.Started(owner=owner, ref=ref, app=app, lock=lock):
            return f"{owner.name} ships {ref} to {app}. The lock {lock} is taken; running the checks."
        case events.Resolved(revision=revision, diff_url=diff_url, drift=drift):
            diff = f"What changes: {diff_url}" if diff_url else _first(deploy, bot)
            warning = f"\nWatch out: {drift}." if drift else ""
            return f"Shipping {named(revision)}; {live_release(deploy.live)}. {diff}{warning}"
        case events.ChecksReported(results=results):
            return "\n".join(["Checks:", *map(check_line, results)]) if results else "No checks are configured."
        case events.Preparing(hosts=hosts, slot=slot):
            return f"Preparing {counted(len(hosts), 'host')} in the slot {slot}. Public traffic to it: zero."
        case events.LeftoversRemoved(host=host, containers=containers):
            return f"{host}: removed {counted(len(containers), 'leftover container')} of an earlier deploy."
        case events.HostReady(endpoint=endpoint):
            done = f"{len(deploy.ready)} of {len(deploy.hosts)}"
            return f"{endpoint.host}: healthy at {endpoint.address}:{endpoint.port} ({done})."
        case events.HostGaveUp(host, step, reason, exit_code, log):
            code = "" if exit_code is None else f" (exit code {exit_code})"
            lines = "".join(f"\n    {line}" for line in log)
            return f"{event.host}: failed while {step}: {reason}{code}.{lines}"
        case events.DeployRefused(reason=reason):
            return f"Not shipped: {reason}\nNo container was touched, and the lock is free."
        case _:
            return None


def _first(deploy: Deploy, bot: str) -> str:
    return (
        f"This is the first deploy of {deploy.app}: there is nothing to compare with, and the public address has no "
        f"release to answer with until `{bot} rollout` sends traffic here."
    )


def _prepared(deploy: Deploy, bot: str, vip: str, links: Mapping[str, str]) -> str:
    ready = counted(len(deploy.ready), "host")
    missing = f" ({', '.join(deploy.gave_up)} failed)" if deploy.gave_up else ""
    lines = [f"Ready to verify on {ready}{missing}: {vip} reaches only the new containers."]
    lines += [f"{name}: {url}" for name, url in links.items()]
    lines += [f"Then `{bot} rollout 5` sends them a first share of the public traffic, or `{bot} abort` ends it."]
    return "\n".join(lines)


def _on_the_way_out(event: DeployEvent, deploy: Deploy, bot: str) -> str | None:
    match event:
        case events.ShareChanged(before=before, after=share, committing=committing):
            then = "" if committing else f" {_next(share, bot)}"
            return f"{share} of the public traffic goes to the new containers (it was {before}).{then}"
        case events.ShareRefused(share=share, reason=reason):
            return f"The share is still {share}: {reason}."
        case events.Merging(head=head):
            return f"Merging {short(head)}."
        case events.Merged(commit=commit):
            return f"Merged as {short(commit)}."
        case events.MergeFailed(reason=reason):
            return (
                f"Not merged: {reason}.\nAll traffic is on the new containers; the lock and the old containers are "
                f"kept. `{bot} commit` tries the merge again, `{bot} abort` goes back."
            )
        case events.Drained(cut=cut) if cut:
            return f"{counted(cut, 'session')} had not ended when the time to drain was over, and will be cut."
        case events.LeftBehind(what=what, reason=reason):
            return f"Left behind for now: {what} ({reason}). It is cleaned up with the next look at it."
        case events.Committed():
            return f"Done: {short(deploy.commit or '')} is live with 100 % of the traffic. The lock is free."
        case events.Aborting(by=by, reason=reason, failing=failing):
            why = f": {reason}" if reason else ""
            return f"The preparation failed{why}. Taking it back." if failing else f"{by.name} aborts{why}."
        case events.Aborted():
            return f"Aborted: {live_release(deploy.live)} and has all the traffic. {_removed(deploy)}The lock is free."
        case events.Failed():
            return f"Failed: {live_release(deploy.live)} and was never touched. {_removed(deploy)}The lock is free."
        case events.Resumed(phase=phase):
            return f"I was restarted while this deploy was {phase}, and go on from there."
        case _:
            return None


def _next(share: object, bot: str) -> str:
    if share == ALL:
        return f"`{bot} commit` finishes, `{bot} abort` goes back."
    if share == NONE:
        return f"`{bot} rollout 5` sends some again, `{bot} abort` ends it."
    return f"Next: a higher `{bot} rollout`, `{bot} commit` or `{bot} abort`."


def _removed(deploy: Deploy) -> str:
    return "The new containers are removed. " if deploy.slot else ""
