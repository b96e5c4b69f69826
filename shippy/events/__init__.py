"""What happens, as the journal records it: one small frozen class an event.

An event is written before the act that it names is done (`…ing`), or as soon as its outcome is known. The state of a
deploy is these events folded in their order (shippy.deploys.state). A journal outlives the version that wrote it:
fields are only added, with a default, and a kind is never given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shippy.events.approving import ApprovalAsked, Approved
from shippy.events.apps import AppEvent, Drifted, Mended, Part, Seen, Settled, Swept
from shippy.events.base import DeployEvent
from shippy.events.climbing import RampPaused, RampResumed, RampSet, RampStopped
from shippy.events.commands import CommandEnded, CommandReceived, StoppedListening
from shippy.events.finishing import (
    Aborted,
    Aborting,
    Committed,
    Committing,
    Drained,
    Failed,
    LeftBehind,
    Merged,
    MergeFailed,
    Merging,
    Moved,
    Resumed,
    Retiring,
    ShareChanged,
    ShareChanging,
    ShareRefused,
    StoodStill,
    Swapped,
    Swapping,
    TakenOver,
)
from shippy.events.judging import Judged
from shippy.events.locks import Joined, Left, LockEvent, ShipsLocked, ShipsUnlocked, TurnCame
from shippy.events.moving_on import HeadMoved, MainMoved
from shippy.events.preparing import (
    Announced,
    ChecksReported,
    Connecting,
    DeployRefused,
    HostGaveUp,
    HostReady,
    ImagePulled,
    ImageResolved,
    LeftoversRemoved,
    Prepared,
    Preparing,
    Resolved,
    Retrying,
    Started,
    WaitingForChecks,
)
from shippy.events.undoing import RevertOpened, SwappedBack, Undoing, Undone

Event = (
    CommandReceived
    | CommandEnded
    | Started
    | Resolved
    | ImageResolved
    | ChecksReported
    | WaitingForChecks
    | ImagePulled
    | DeployRefused
    | Preparing
    | LeftoversRemoved
    | HostReady
    | HostGaveUp
    | Connecting
    | Prepared
    | ShareChanging
    | ShareChanged
    | ShareRefused
    | Committing
    | Merging
    | Merged
    | MergeFailed
    | Swapping
    | Swapped
    | Retiring
    | Drained
    | Committed
    | Aborting
    | LeftBehind
    | Aborted
    | Failed
    | Resumed
    | Announced
    | Retrying
    | TakenOver
    | StoodStill
    | Moved
    | Joined
    | Left
    | TurnCame
    | ShipsLocked
    | ShipsUnlocked
    | StoppedListening
    | Drifted
    | Settled
    | Mended
    | Swept
    | Undoing
    | SwappedBack
    | RevertOpened
    | Undone
    | RampSet
    | RampPaused
    | RampResumed
    | RampStopped
    | Judged
    | ApprovalAsked
    | Approved
    | HeadMoved
    | MainMoved
)

Elsewhere = HeadMoved | MainMoved
"""What others do: nothing has happened to the deploy itself, and whoever waits for it to go on waits on."""

Swap = Swapped | SwappedBack
"""Either of them makes a slot the stable one: `made_live` is what serves the public since, from its `endpoints`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the journal holds it: numbered in its order, with the time (UTC) at which it was written."""

    number: int
    at: datetime
    event: Event


__all__ = [
    "Aborted",
    "Aborting",
    "Announced",
    "AppEvent",
    "ApprovalAsked",
    "Approved",
    "ChecksReported",
    "CommandEnded",
    "CommandReceived",
    "Committed",
    "Committing",
    "Connecting",
    "DeployEvent",
    "DeployRefused",
    "Drained",
    "Drifted",
    "Elsewhere",
    "Entry",
    "Event",
    "Failed",
    "HeadMoved",
    "HostGaveUp",
    "HostReady",
    "ImagePulled",
    "ImageResolved",
    "Joined",
    "Judged",
    "Left",
    "LeftBehind",
    "LeftoversRemoved",
    "LockEvent",
    "MainMoved",
    "Mended",
    "MergeFailed",
    "Merged",
    "Merging",
    "Moved",
    "Part",
    "Prepared",
    "Preparing",
    "RampPaused",
    "RampResumed",
    "RampSet",
    "RampStopped",
    "Resolved",
    "Resumed",
    "Retiring",
    "Retrying",
    "RevertOpened",
    "Seen",
    "Settled",
    "ShareChanged",
    "ShareChanging",
    "ShareRefused",
    "ShipsLocked",
    "ShipsUnlocked",
    "Started",
    "StoodStill",
    "StoppedListening",
    "Swap",
    "Swapped",
    "SwappedBack",
    "Swapping",
    "Swept",
    "TakenOver",
    "TurnCame",
    "Undoing",
    "Undone",
    "WaitingForChecks",
]
