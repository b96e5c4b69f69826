"""A deploy, and what is live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shippy.model.approving import Approval, ApprovalReason, Owner, Rule
from shippy.model.checks import UP_TO_DATE, CheckResult
from shippy.model.code import Author, PullRequest, Revision
from shippy.model.fleet import HostStep, Image
from shippy.model.judgement import Judgement
from shippy.model.merging import MergeRefusal
from shippy.model.people import Person, Place
from shippy.model.traffic import NONE, Endpoint, Share, Slot


class Phase(StrEnum):
    """How far a deploy has come. The transitions between them are in shippy.deploys.phases."""

    CHECKING = "checking"
    PREPARING = "preparing"
    VERIFYING = "verifying"
    ROLLING = "rolling"
    COMMITTING = "committing"
    UNMERGED = "unmerged"
    ABORTING = "aborting"
    COMMITTED = "committed"
    REFUSED = "refused"
    FAILED = "failed"
    ABORTED = "aborted"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def ended(self) -> bool:
        return self in {Phase.COMMITTED, Phase.REFUSED, Phase.FAILED, Phase.ABORTED, Phase.UNDONE}


@dataclass(frozen=True, slots=True)
class Live:
    """The release that serves the public: its slot, and the deploy and commit in it (None: nothing yet).

    `merged` is the commit by which the main branch has it, if that is not `commit` itself.
    """

    slot: Slot
    deploy: str | None = None
    commit: str | None = None
    merged: str | None = None

    @property
    def in_main(self) -> str | None:
        """The commit that the main branch should have."""
        return self.merged or self.commit


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a host is not part of the release."""

    host: str
    step: HostStep
    reason: str


@dataclass(frozen=True, slots=True)
class Ramp:
    """The shares that are still to come by themselves, one every so many seconds; `by` has set them.

    The next one comes at `due`. If that is None, the climb is paused, and it comes `left` seconds after it is resumed.
    """

    shares: tuple[Share, ...]
    every: float
    due: datetime | None
    by: Person
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class Deploy:
    """One attempt to ship one commit: its journalled events, folded (shippy.deploys.state).

    Attributes:
        place: where it was typed.
        login: the owner's on GitHub, if it is known.
        override: why skippable checks are skipped; empty: they are not.
        when_green: whether pending checks may finish first, until `waiting_until`.
        message: its living message in the chat, whose thread has the details.
        live: what was live before it.
        drift: a sentence, if the records, what runs and the main branch disagree.
        commits, authors: of what it adds to production.
        behind: how many commits it takes out of production.
        contained: whether the main branch had it already.
        pulled: the hosts that had the image when it ended with nothing started.
        stable_endpoints: where the containers answer that were live before.
        setbacks: the hosts that are not part of the release.
        connected: whether the balancers have begun to hear of it.
        head: what its branch was last seen to have; None: nobody has seen it move.
        main_ahead: how many commits the main branch was last seen to have that it lacks.
        merging: whether GitHub was asked for the merge, and it is not known what came of it.
        merged: the commit by which the main branch has it.
        rewritten: whether the merge made other commits of its own (a squash or a rebase).
        refusal: why its merge was refused.
        swapped: whether it is the live release; `swapped_at` is when it became that.
        retiring, drained: whether the release that leaves has begun to go, and has no visitors any more.
        failing: whether it is taken back because its preparation failed.
        left: what could not be taken back yet.
        former: whose it was before.
        approval: what is known of a second person's word, once that was looked at.
        undone_by, revert: who has undone it, and the pull request that reverts its merge.
        reason: why it was refused, failed, aborted, undone, or is not merged.
    """

    id: str
    app: str
    lock: str
    ref: str
    owner: Person
    place: Place
    started: datetime
    login: str | None = None
    override: str = ""
    when_green: bool = False
    message: Place | None = None
    phase: Phase = Phase.CHECKING
    revision: Revision | None = None
    live: Live = Live(Slot.BLUE)
    drift: str | None = None
    diff_url: str | None = None
    commits: int = 0
    authors: tuple[Author, ...] = ()
    behind: int = 0
    contained: bool = False
    checks: tuple[CheckResult, ...] = ()
    waiting_until: datetime | None = None
    pulled: tuple[str, ...] = ()
    image: Image | None = None
    stable_endpoints: tuple[Endpoint, ...] = ()
    slot: Slot | None = None
    hosts: tuple[str, ...] = ()
    ready: tuple[Endpoint, ...] = ()
    setbacks: tuple[Setback, ...] = ()
    connected: bool = False
    share: Share = NONE
    head: str | None = None
    main_ahead: int = 0
    merging: bool = False
    merged: str | None = None
    rewritten: bool = False
    refusal: MergeRefusal | None = None
    swapped: bool = False
    swapped_at: datetime | None = None
    retiring: bool = False
    drained: bool = False
    failing: bool = False
    left: tuple[str, ...] = ()
    ramp: Ramp | None = None
    judgement: Judgement | None = None
    former: tuple[Owner, ...] = ()
    approval: Approval | None = None
    undone_by: Person | None = None
    revert: PullRequest | None = None
    reason: str = ""
    ended: datetime | None = None

    @property
    def commit(self) -> str | None:
        return self.revision.commit if self.revision else None

    @property
    def moved_on(self) -> bool:
        """Whether its branch has other commits by now, which this deploy does not ship."""
        return self.head is not None and self.head != self.commit

    @property
    def up_to_date(self) -> bool:
        """Whether it had all of the main branch when it was checked: then exactly what is verified may be merged."""
        return any(check.name == UP_TO_DATE and check.passed for check in self.checks)

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Whose deploy it is, and whose it was."""
        return (*self.former, Owner(self.owner, self.login))

    def approved(self, now: datetime) -> bool:
        """Whether somebody who has never been its owner has agreed to it, and the word still holds."""
        return self.approval is not None and self.approval.holds(self.commit, self.owners, now)

    def approval_missing(self, now: datetime) -> tuple[ApprovalReason, ...]:
        """Why somebody else has to agree, as far as that was looked at; nothing once somebody has."""
        if self.approval is None or self.approved(now):
            return ()
        return tuple(one for one in self.approval.reasons if one.rule is not Rule.AT_ONCE or self.share == NONE)

    @property
    def gave_up(self) -> tuple[str, ...]:
        """The hosts that are not part of the release."""
        return tuple(setback.host for setback in self.setbacks)

    @property
    def first(self) -> bool:
        """Whether nothing was live before this deploy."""
        return self.live.commit is None
