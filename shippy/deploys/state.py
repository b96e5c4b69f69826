"""The state of a deploy is its events, folded in their order: live and after a restart by the same code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from shippy.deploys import phases
from shippy.events import (
    Aborting,
    Announced,
    ChecksReported,
    Connecting,
    DeployEvent,
    DeployRefused,
    Drained,
    Entry,
    Failed,
    HostGaveUp,
    HostReady,
    ImageResolved,
    LeftBehind,
    Merged,
    MergeFailed,
    Merging,
    Moved,
    Preparing,
    Resolved,
    Retrying,
    ShareChanged,
    Started,
    Swapped,
    TakenOver,
)
from shippy.model import Deploy, Endpoint, Setback


def begun(entry: Entry) -> Deploy:
    """The deploy that a Started event begins.

    Raises:
        TypeError: another kind of event.
    """
    event = entry.event
    if not isinstance(event, Started):
        raise TypeError(f"a deploy begins with Started, not with {event}")
    what = (event.deploy, event.app, event.lock, event.ref, event.owner, event.place)
    return Deploy(*what, started=entry.at, login=event.login)


def after(deploy: Deploy, entry: Entry) -> Deploy:
    """The deploy once this entry has happened."""
    event = entry.event
    if not isinstance(event, DeployEvent):
        return deploy
    ended = entry.at if event.ends else deploy.ended
    return replace(deploy, phase=phases.after(deploy.phase, event), ended=ended, **_changes(deploy, event))


def folded(entries: Iterable[Entry]) -> Deploy:
    """The deploy that these entries, oldest first, tell of."""
    first, *rest = entries
    deploy = begun(first)
    for entry in rest:
        deploy = after(deploy, entry)
    return deploy


def _changes(deploy: Deploy, event: DeployEvent) -> dict[str, Any]:
    match event:
        case Resolved(commits=commits, authors=authors):
            found = {"revision": event.revision, "live": event.live, "diff_url": event.diff_url, "drift": event.drift}
            return found | {"commits": commits, "authors": authors}
        case Announced(message=message):
            return {"message": message}
        case TakenOver(by=by, login=login):
            return {"owner": by, "login": login}
        case Retrying(hosts=hosts):
            return {"setbacks": tuple(setback for setback in deploy.setbacks if setback.host not in hosts)}
        case ImageResolved(image=image):
            return {"image": image}
        case ChecksReported(results=results):
            return {"checks": results}
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
        case ShareChanged(after=share):
            return {"share": share}
        case Merging():
            return {"merging": True}
        case Merged(commit=commit):
            return {"merging": False, "merged": commit}
        case MergeFailed(reason=reason, unknown=unknown):
            return {"merging": unknown, "reason": reason}
        case LeftBehind(what=what):
            return {"left": (*deploy.left, what)}
        case Swapped():
            return {"swapped": True}
        case Drained():
            return {"drained": True}
        case Aborting(reason=reason, failing=failing):
            return {"reason": reason, "failing": failing}
        case DeployRefused(reason=reason) | Failed(reason=reason):
            return {"reason": reason}
        case _:
            return {}
