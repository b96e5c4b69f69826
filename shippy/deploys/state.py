"""The state of a deploy is its events, folded in their order: live and after a restart by the same code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shippy.deploys import phases
from shippy.events import (
    Aborting,
    Announced,
    ApprovalAsked,
    Approved,
    ChecksReported,
    Committing,
    Connecting,
    DeployEvent,
    DeployRefused,
    Drained,
    Entry,
    Failed,
    HeadMoved,
    HostGaveUp,
    HostReady,
    ImagePulled,
    ImageResolved,
    Judged,
    LeftBehind,
    MainMoved,
    Merged,
    MergeFailed,
    Merging,
    Moved,
    Preparing,
    RampPaused,
    RampResumed,
    RampSet,
    RampStopped,
    Resolved,
    Retiring,
    Retrying,
    RevertOpened,
    ShareChanged,
    Started,
    Swapped,
    SwappedBack,
    TakenOver,
    Undoing,
    WaitingForChecks,
)
from shippy.model import Approval, Deploy, Endpoint, Owner, Ramp, Setback


def begun(entry: Entry) -> Deploy:
    """The deploy that a Started event begins.

    Raises:
        TypeError: another kind of event.
    """
    event = entry.event
    if not isinstance(event, Started):
        raise TypeError(f"a deploy begins with Started, not with {event}")
    what = (event.deploy, event.app, event.lock, event.ref, event.owner, event.place)
    deploy = Deploy(*what, started=entry.at, login=event.login)
    return replace(deploy, override=event.override, when_green=event.when_green)


def after(deploy: Deploy, entry: Entry) -> Deploy:
    """The deploy once this entry has happened."""
    event = entry.event
    if not isinstance(event, DeployEvent):
        return deploy
    ended = entry.at if event.ends else deploy.ended
    return replace(deploy, phase=phases.after(deploy.phase, event), ended=ended, **_changes(deploy, entry))


def folded(entries: Iterable[Entry]) -> Deploy:
    """The deploy that these entries, oldest first, tell of."""
    first, *rest = entries
    deploy = begun(first)
    for entry in rest:
        deploy = after(deploy, entry)
    return deploy


def _changes(deploy: Deploy, entry: Entry) -> dict[str, Any]:
    match entry.event:
        case Resolved() as found:
            pinned = {"revision": found.revision, "live": found.live, "diff_url": found.diff_url, "drift": found.drift}
            against = {"commits": found.commits, "behind": found.behind, "contained": found.contained}
            return pinned | against | {"authors": found.authors}
        case Announced(message=message):
            return {"message": message}
        case TakenOver(by=by, login=login):
            return {"owner": by, "login": login, "former": (*deploy.former, Owner(deploy.owner, deploy.login))}
        case Retrying(hosts=hosts):
            return {"setbacks": tuple(setback for setback in deploy.setbacks if setback.host not in hosts)}
        case ImageResolved(image=image):
            return {"image": image}
        case ChecksReported(results=results):
            return {"checks": results}
        case WaitingForChecks(until=until):
            return {"waiting_until": until}
        case ImagePulled(hosts=hosts):
            return {"pulled": hosts}
        case Preparing(slot=slot, hosts=hosts, stable=stable):
            return {"slot": slot, "hosts": hosts, "stable_endpoints": stable}
        case HostReady(endpoint=endpoint):
            return {"ready": (*deploy.ready, endpoint)}
        case HostGaveUp(host=host, step=step, reason=reason):
            return {"setbacks": (*deploy.setbacks, Setback(host, step, reason))}
        case Moved(slot=slot, endpoint=endpoint):
            field = "ready" if slot is deploy.slot else "stable_endpoints"
            before: tuple[Endpoint, ...] = getattr(deploy, field)
            return {field: tuple({one.host: one for one in (*before, endpoint)}.values())}
        case Connecting():
            return {"connected": True}
        case _:
            return _changes_on_the_way_out(deploy, entry)


def _changes_on_the_way_out(deploy: Deploy, entry: Entry) -> dict[str, Any]:
    match entry.event:
        case ShareChanged(after=share, climbing=climbing):
            return {"share": share, "ramp": _climbed(deploy.ramp, entry) if climbing else None}
        case Merging(pull=pull):
            through = {"revision": replace(deploy.revision, pull=pull)} if pull and deploy.revision else {}
            return {"merging": True, **through}
        case Merged(commit=commit, rewritten=rewritten):
            return {"merging": False, "merged": commit, "rewritten": rewritten}
        case MergeFailed(reason=reason, unknown=unknown, kind=kind):
            return {"merging": unknown, "reason": reason, "refusal": kind}
        case HeadMoved(head=head):
            return {"head": head}
        case MainMoved(commits=commits):
            return {"main_ahead": commits}
        case LeftBehind(what=what, by_hand=False):
            return {"left": (*deploy.left, what)}
        case Swapped():
            return {"swapped": True, "swapped_at": entry.at}
        case SwappedBack():
            return {"swapped": False}
        case RevertOpened(pull=pull):
            return {"revert": pull}
        case Retiring():
            return {"retiring": True}
        case Drained():
            return {"drained": True}
        case Aborting(reason=reason, failing=failing):
            return {"reason": reason, "failing": failing, "ramp": None}
        case RampSet() | RampPaused() | RampResumed() | RampStopped() | Committing():
            return {"ramp": _ramp(deploy.ramp, entry)}
        case Judged(judgement=judgement):
            return {"judgement": judgement}
        case ApprovalAsked() | Approved():
            return {"approval": _approval(deploy.approval or Approval(), entry)}
        case Undoing(by=by, reason=reason):
            return {"reason": reason, "undone_by": by}
        case DeployRefused(reason=reason) | Failed(reason=reason):
            return {"reason": reason}
        case _:
            return {}


def _approval(known: Approval, entry: Entry) -> Approval:
    match entry.event:
        case ApprovalAsked(reasons=reasons):
            return replace(known, reasons=reasons, asked=entry.at)
        case Approved(by=by, login=login, commit=commit, until=until):
            return replace(known, by=by, login=login, commit=commit, given=entry.at, until=until)
        case _:
            return known


def _ramp(ramp: Ramp | None, entry: Entry) -> Ramp | None:
    match entry.event:
        case RampSet(shares=shares, every=every, by=by):
            return Ramp(shares, every, entry.at, by)
        case RampPaused() if ramp and ramp.due:
            return replace(ramp, due=None, left=max(0.0, (ramp.due - entry.at).total_seconds()))
        case RampResumed(seconds=seconds) if ramp:
            return replace(ramp, due=entry.at + timedelta(seconds=seconds), left=0.0)
        case RampPaused():
            return ramp
        case _:
            return None


def _climbed(ramp: Ramp | None, entry: Entry) -> Ramp | None:
    """The ramp after its first share has been reached; None after its last. One that was paused meanwhile stays so."""
    if ramp is None or len(ramp.shares) <= 1:
        return None
    if ramp.due is None:
        return replace(ramp, shares=ramp.shares[1:], left=ramp.every)
    return replace(ramp, shares=ramp.shares[1:], due=entry.at + timedelta(seconds=ramp.every))
