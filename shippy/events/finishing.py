"""From the first share of the traffic to the end, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shippy.events.base import DeployEvent
from shippy.model import Endpoint, Live, MergeRefusal, Person, PullRequest, Share, Slot


@dataclass(frozen=True, slots=True)
class ShareChanging(DeployEvent):
    by: Person
    before: Share
    after: Share


@dataclass(frozen=True, slots=True)
class ShareChanged(DeployEvent):
    """Every balancer has read back the new share.

    `committing`: a commit goes on from there. `climbing`: it was a step of a climb.
    """

    by: Person
    before: Share
    after: Share
    committing: bool = False
    climbing: bool = False


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
    """GitHub is about to be asked for the merge, with this commit as the expected head.

    `pull` is the pull request that is merged, if the deploy's revision had none when it was resolved.
    """

    head: str
    pull: PullRequest | None = None


@dataclass(frozen=True, slots=True)
class Merged(DeployEvent):
    """master has the branch; `commit` is the merge, or the head itself if master already had it.

    `rewritten`: it was squashed or rebased, so the deploy's commit itself is not in master.
    """

    commit: str
    rewritten: bool = False


@dataclass(frozen=True, slots=True)
class MergeFailed(DeployEvent):
    """All traffic is on the new containers, but master does not have the branch; lock and old containers are kept.

    `unknown`: GitHub did not answer, so the merge may have been made. `kind` is that of a refusal.
    """

    reason: str
    unknown: bool = False
    kind: MergeRefusal | None = None


@dataclass(frozen=True, slots=True)
class Swapping(DeployEvent):
    """The slot of this deploy is about to become the stable one."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Swapped(DeployEvent):
    """The slot is stable: this deploy's commit is the live one; master has it as `merged`.

    `rewritten` is that of Merged.
    """

    slot: Slot
    commit: str
    merged: str
    endpoints: tuple[Endpoint, ...]
    rewritten: bool = False

    @property
    def made_live(self) -> Live:
        """What serves the public since."""
        return Live(self.slot, self.deploy, self.commit, self.merged if self.rewritten else None)


@dataclass(frozen=True, slots=True)
class Retiring(DeployEvent):
    """The containers that were live before are about to be drained (until no session is left, or seconds are over)."""

    slot: Slot
    drain: float


@dataclass(frozen=True, slots=True)
class Drained(DeployEvent):
    """No request goes to the slot any more; `cut` sessions were still open when the time was over.

    If nobody `counted`, nothing tells whether there were any.
    """

    slot: Slot
    cut: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Committed(DeployEvent):
    ends: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Aborting(DeployEvent):
    """Everything new is about to be taken back: traffic, then drain, then containers.

    `failing`: nobody asked for it, the preparation failed.
    """

    by: Person
    reason: str
    failing: bool = False


@dataclass(frozen=True, slots=True)
class LeftBehind(DeployEvent):
    """Something could not be taken back now, and will be at the next look; `what` names it.

    `by_hand`: nobody looks again, and `reason` tells people what to do.
    """

    what: str
    reason: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Aborted(DeployEvent):
    ends: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Failed(DeployEvent):
    """The preparation failed and everything new is removed; live traffic was never touched."""

    ends: ClassVar[bool] = True

    reason: str


@dataclass(frozen=True, slots=True)
class TakenOver(DeployEvent):
    """The deploy has another owner from now on: `by`, whose login on GitHub is `login`. `before` is told."""

    by: Person
    before: Person
    reason: str
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Moved(DeployEvent):
    """A container in a slot answers somewhere else since Docker has started it again."""

    slot: Slot
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class StoodStill(DeployEvent):
    """Nothing has happened to the deploy for so many seconds, and its owner is reminded of it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resumed(DeployEvent):
    """A restarted daemon found the deploy unfinished and goes on with it."""

    phase: str
