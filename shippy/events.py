"""What happens, as the journal records it: one small frozen class an event.

An event is written before the act that it names is done (`…ing`), or as soon as its outcome is known. The state of a
deploy is these events folded in their order (shippy.deploys.state). A journal outlives the version that wrote it:
fields are only added, with a default, and a kind is never given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shippy.model import CheckResult, Endpoint, HostStep, Image, Live, Person, Place, Revision, Share, Slot


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """Somebody typed something to the bot; `request` is unique and names it in CommandEnded."""

    request: str
    person: Person
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """`outcome` is done, refused, failed or bug; `why` is empty when it is done."""

    request: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class DeployEvent:
    """Something that happened to one deploy of one app."""

    ends: ClassVar[bool] = False

    deploy: str
    app: str


@dataclass(frozen=True, slots=True)
class Started(DeployEvent):
    """The lock is taken; nothing else has been done."""

    lock: str
    ref: str
    owner: Person
    place: Place


@dataclass(frozen=True, slots=True)
class Resolved(DeployEvent):
    """The ref means this revision from now on, and `live` is what serves the public.

    `drift` is a sentence where the records, what runs and master do not agree.
    """

    revision: Revision
    live: Live
    diff_url: str | None
    drift: str | None = None


@dataclass(frozen=True, slots=True)
class ImageResolved(DeployEvent):
    image: Image


@dataclass(frozen=True, slots=True)
class ChecksReported(DeployEvent):
    results: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class DeployRefused(DeployEvent):
    """It ends before any container was touched: a check, a ref or an image stood in the way."""

    ends: ClassVar[bool] = True

    reason: str


@dataclass(frozen=True, slots=True)
class Preparing(DeployEvent):
    """Containers are about to be started in the slot, on these hosts. `stable` is where the live ones answer."""

    slot: Slot
    hosts: tuple[str, ...]
    stable: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class LeftoversRemoved(DeployEvent):
    """Containers of ended deploys were found on a host and removed."""

    host: str
    containers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostReady(DeployEvent):
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class HostGaveUp(DeployEvent):
    """A host's containers are not part of the release: what failed, and the container's exit code and last lines."""

    host: str
    step: HostStep
    reason: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connecting(DeployEvent):
    """The balancers are about to be told of the new containers, with no public traffic to them."""

    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Prepared(DeployEvent):
    """The new containers answer on the VIP."""


@dataclass(frozen=True, slots=True)
class ShareChanging(DeployEvent):
    by: Person
    before: Share
    after: Share


@dataclass(frozen=True, slots=True)
class ShareChanged(DeployEvent):
    """Every balancer has read back the new share. `committing` tells that a commit goes on from there by itself."""

    by: Person
    before: Share
    after: Share
    committing: bool = False


@dataclass(frozen=True, slots=True)
class ShareRefused(DeployEvent):
    """A balancer would not; all of them have the share from before."""

    by: Person
    share: Share
    reason: str


@dataclass(frozen=True, slots=True)
class Committing(DeployEvent):
    by: Person


@dataclass(frozen=True, slots=True)
class Merging(DeployEvent):
    """GitHub is about to be asked for the merge, with this commit as the expected head."""

    head: str


@dataclass(frozen=True, slots=True)
class Merged(DeployEvent):
    """master has the branch; `commit` is the merge, or the head itself if master already had it."""

    commit: str


@dataclass(frozen=True, slots=True)
class MergeFailed(DeployEvent):
    """All traffic is on the new containers, but master has not got the branch; lock and old containers are kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Swapping(DeployEvent):
    """The slot of this deploy is about to become the stable one."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Swapped(DeployEvent):
    """The slot is stable: this deploy's commit is the live one; master has it as `merged`."""

    slot: Slot
    commit: str
    merged: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Retiring(DeployEvent):
    """The containers that were live before are about to be drained (until no session is left, or seconds are over)."""

    slot: Slot
    drain: float


@dataclass(frozen=True, slots=True)
class Drained(DeployEvent):
    """No request goes to the slot any more; `cut` sessions were still open when the time was over."""

    slot: Slot
    cut: int


@dataclass(frozen=True, slots=True)
class Committed(DeployEvent):
    ends: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Aborting(DeployEvent):
    """Everything new is about to be taken back: traffic, then drain, then containers.

    `failing` tells that nobody asked for it: the preparation failed.
    """

    by: Person
    reason: str
    failing: bool = False


@dataclass(frozen=True, slots=True)
class LeftBehind(DeployEvent):
    """Something could not be taken back now, and is with the next look at it; `what` names it."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Aborted(DeployEvent):
    ends: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Failed(DeployEvent):
    """The preparation failed and everything new is removed; live traffic was never touched."""

    ends: ClassVar[bool] = True

    reason: str


@dataclass(frozen=True, slots=True)
class Resumed(DeployEvent):
    """A restarted daemon found the deploy unfinished and goes on with it."""

    phase: str


Event = (
    CommandReceived
    | CommandEnded
    | Started
    | Resolved
    | ImageResolved
    | ChecksReported
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
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the journal holds it: numbered in its order, with the time (UTC) at which it was written."""

    number: int
    at: datetime
    event: Event
