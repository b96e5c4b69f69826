"""What is said in the thread of a deploy's message: what does not fit on it, and what somebody should hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shippy import events
from shippy.chat import markup
from shippy.events import ApprovalAsked, DeployEvent, Entry, HostGaveUp, Judged, SwappedBack
from shippy.model import Deploy, Opinion
from shippy.sentences import narrate_app
from shippy.sentences.phrases import warnings_of

MOST_FAILURES = 10
"""So many hosts' failures are told with their log lines; of a hundred, these tell as much."""


def _always(_: Any, __: Deploy) -> bool:
    return True


def _not_told_yet(event: HostGaveUp, deploy: Deploy) -> bool:
    """Hosts that fail alike are told once: the message has all of them."""
    others = [one for one in deploy.setbacks if one.host != event.host]
    alike = any((one.step, one.reason) == (event.step, event.reason) for one in others)
    return len(others) < MOST_FAILURES and not alike


def _worse(event: Judged, _: Deploy) -> bool:
    return event.aborting or event.judgement.opinion is Opinion.WORSE


IN_THREAD: Mapping[type[DeployEvent], Callable[[Any, Deploy], bool]] = {
    events.Resolved: lambda event, _: bool(warnings_of(event)),
    events.ChecksReported: lambda _, deploy: bool(deploy.override),
    events.WaitingForChecks: _always,
    events.ImageResolved: lambda event, _: event.recorded or bool(event.there),
    events.DeployRefused: lambda _, deploy: any(check.in_the_way for check in deploy.checks),
    events.HostGaveUp: _not_told_yet,
    events.Prepared: _always,
    events.ShareRefused: _always,
    events.RampStopped: lambda event, deploy: event.by is None or event.by.id != deploy.owner.id,
    events.Judged: _worse,
    events.Approved: _always,
    events.HeadMoved: lambda _, deploy: deploy.moved_on,
    events.MergeFailed: _always,
    events.Drained: lambda event, _: event.cut > 0 or not event.counted,
    events.LeftBehind: _always,
    events.TakenOver: _always,
    events.StoodStill: _always,
    events.Resumed: _always,
    events.Failed: _always,
    events.Committed: _always,
    events.Undone: _always,
}
"""What is told in the thread, and when. Everything else is on the message alone, so that the thread stays quiet."""


@dataclass(frozen=True, slots=True)
class Details:
    """The words of the thread, as markup.

    `narrate` puts an event into words, `narrate_lock` one of the deploy's lock (None: nobody needs to read it);
    `called` are the ids of the users whom an event calls. They may take their time: see `Outbox.say`.
    """

    narrate: Callable[[Entry, Deploy], str | None]
    narrate_lock: Callable[[Entry, Deploy | None], str | None]
    called: Callable[[Entry, Deploy], tuple[str, ...]]

    def of(self, entry: Entry, deploy: Deploy) -> str | None:
        """What an event that belongs in the thread is told with: first those whom it calls, last a container's log."""
        event = entry.event
        if isinstance(event, HostGaveUp) and event.log:
            told = self.narrate(replace(entry, event=replace(event, log=())), deploy)
            text = "\n".join([told, markup.block("\n".join(event.log))]) if told else None
        else:
            text = self.narrate(entry, deploy)
        return calling(self.called(entry, deploy), text) if text else None

    def of_lock(self, entry: Entry, holder: Deploy | None, users: Iterable[str] = ()) -> str | None:
        """What an event of the lock is told with to these users."""
        text = self.narrate_lock(entry, holder)
        return calling(users, text) if text else None

    @staticmethod
    def of_app(entry: Entry) -> str | None:
        """What an event of an app is told with, to everybody."""
        text = narrate_app(entry)
        return markup.message(text) if text else None


def belongs_in_thread(entry: Entry, deploy: Deploy) -> bool:
    """Whether an event is told in the thread of the deploy's message; `deploy` is as it is after it."""
    event = entry.event
    told = IN_THREAD.get(type(event)) if isinstance(event, DeployEvent) else None
    return told is not None and told(event, deploy)


def told_once(entry: Entry) -> str | None:
    """What names an event that may come again in a deploy, and is told in its thread only the first time."""
    match entry.event:
        case Judged(aborting=aborting):
            return "the verdict that takes it back" if aborting else "the verdict"
        case _:
            return None


def concerns_everybody(entry: Entry) -> bool:
    """Whether an event is told in the channel itself: production has changed, though nothing was shipped, or somebody
    other than the owner has to do something.
    """
    match entry.event:
        case SwappedBack():
            return True
        case ApprovalAsked(reasons=reasons):
            return bool(reasons)
        case _:
            return False


def calling(users: Iterable[str], text: str) -> str:
    return " ".join([*map(markup.mention, users), text])
