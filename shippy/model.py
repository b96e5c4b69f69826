"""The words of shippy as values: what every layer talks about, with no idea of Slack, GitHub, Docker or HAProxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

NO_SHARE_BASIS_POINTS = 0
FULL_SHARE_BASIS_POINTS = 10_000


class Slot(StrEnum):
    """One of the two places that a release can have on a balancer."""

    BLUE = "blue"
    GREEN = "green"

    @property
    def other(self) -> Slot:
        return Slot.GREEN if self is Slot.BLUE else Slot.BLUE


@dataclass(frozen=True, order=True, slots=True)
class Share:
    """A share of the public traffic, held exactly, in basis points (ten-thousandths: 25 % is 2500).

    Raises:
        ValueError: not within 0 to 100 percent, or finer than 0.01 percent.
    """

    basis_points: int

    def __post_init__(self) -> None:
        if not NO_SHARE_BASIS_POINTS <= self.basis_points <= FULL_SHARE_BASIS_POINTS:
            raise ValueError(f"a share is between 0 and 100 percent, not {self.basis_points / 100:g}")

    @classmethod
    def of_percent(cls, percent: str | int | Decimal) -> Share:
        """The share for a number of percent, such as "25", "0.5" or 100."""
        try:
            basis_points = Decimal(percent) * 100
            whole = int(basis_points)
        except (InvalidOperation, OverflowError, ValueError) as error:
            raise ValueError(f"{percent!r} is not a number of percent") from error
        if whole != basis_points:
            raise ValueError(f"{percent} percent is finer than a hundredth of a percent")
        return cls(whole)

    def __str__(self) -> str:
        return f"{self.basis_points / 100:g} %"


NONE = Share(NO_SHARE_BASIS_POINTS)
ALL = Share(FULL_SHARE_BASIS_POINTS)


@dataclass(frozen=True, slots=True)
class Routing:
    """Which slot serves the public, which is being verified (None: nothing is), and that one's share."""

    stable: Slot
    candidate: Slot | None = None
    share: Share = NONE


@dataclass(frozen=True, order=True, slots=True)
class Endpoint:
    """Where one container of a release answers: the name of its host, and an address and port to reach it."""

    host: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything that a balancer should know of an app: its routing, and the endpoints in each slot."""

    routing: Routing
    endpoints: Mapping[Slot, frozenset[Endpoint]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A slot without endpoints and a slot that is not named are the same, and compare as the same.
        filled = {slot: frozenset(endpoints) for slot, endpoints in self.endpoints.items() if endpoints}
        object.__setattr__(self, "endpoints", MappingProxyType(filled))

    def in_slot(self, slot: Slot) -> frozenset[Endpoint]:
        return self.endpoints.get(slot, frozenset())


@dataclass(frozen=True, slots=True)
class Image:
    """An image, pinned: `reference` is how it was asked for, `digest` ("sha256:…") what that meant at the time."""

    reference: str
    digest: str

    @property
    def repository(self) -> str:
        """The reference without its tag: a colon after the last slash starts a tag, one before it a port."""
        head, slash, last = self.reference.partition("@")[0].rpartition("/")
        return head + slash + last.partition(":")[0]

    @property
    def pinned(self) -> str:
        return f"{self.repository}@{self.digest}"


@dataclass(frozen=True, slots=True)
class PullRequest:
    number: int
    title: str
    url: str
    base: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a ref that somebody typed stood for when it was resolved: one commit, for the whole deploy."""

    ref: str
    commit: str
    branch: str | None = None
    pull: PullRequest | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`head` against `base`: how many commits it has that base lacks, and the other way round."""

    base: str
    head: str
    ahead_by: int
    behind_by: int
    url: str


@dataclass(frozen=True, slots=True)
class Release:
    """The containers of one deploy on the fleet: what they run and the slot they take."""

    app: str
    deploy: str
    commit: str
    image: Image
    slot: Slot


@dataclass(frozen=True, slots=True)
class Container:
    """One container of an app, as its host reports it. `endpoint` is None unless it runs with its port published."""

    host: str
    id: str
    name: str
    app: str
    deploy: str
    commit: str
    slot: Slot
    state: str
    endpoint: Endpoint | None = None


class HostStep(StrEnum):
    """What a host is doing for a release, in order."""

    CONNECTING = "connecting"
    PULLING = "pulling"
    CREATING = "creating"
    STARTING = "starting"
    CHECKING = "waiting for health"
    READY = "ready"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class HostProgress:
    """A host has come so far. `percent` is that of the pull, from the bytes that its layers have and need."""

    host: str
    step: HostStep
    percent: int | None = None


class Verdict(StrEnum):
    """What a check says. Only `passed` lets a deploy go on; the other three each have words of their own."""

    PASSED = "passed"
    PENDING = "pending"
    FAILED = "failed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's answer. `detail` is a sentence for a person; `url` leads to more."""

    name: str
    verdict: Verdict
    detail: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A commit status as GitHub keeps it; `state` is success, pending, failure or error."""

    context: str
    state: str
    description: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who types commands. The id is the identity; the name is only for showing."""

    id: str
    name: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was typed or is to be said: a channel and the thread in it. Empty channel: the local socket."""

    channel: str = ""
    thread: str | None = None
    direct: bool = False


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

    @property
    def ended(self) -> bool:
        return self in {Phase.COMMITTED, Phase.REFUSED, Phase.FAILED, Phase.ABORTED}


@dataclass(frozen=True, slots=True)
class Live:
    """The release that serves the public: its slot, and the deploy and commit in it (None: nothing yet)."""

    slot: Slot
    deploy: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Deploy:
    """One attempt to ship one commit, as its journalled events tell it."""

    id: str
    app: str
    lock: str
    ref: str
    owner: Person
    place: Place
    started: datetime
    phase: Phase = Phase.CHECKING
    revision: Revision | None = None
    live: Live = Live(Slot.BLUE)
    drift: str | None = None
    diff_url: str | None = None
    checks: tuple[CheckResult, ...] = ()
    image: Image | None = None
    stable_endpoints: tuple[Endpoint, ...] = ()
    slot: Slot | None = None
    hosts: tuple[str, ...] = ()
    ready: tuple[Endpoint, ...] = ()
    gave_up: tuple[str, ...] = ()
    connected: bool = False
    share: Share = NONE
    merging: bool = False
    merged: str | None = None
    swapped: bool = False
    drained: bool = False
    failing: bool = False
    reason: str = ""
    ended: datetime | None = None

    @property
    def commit(self) -> str | None:
        return self.revision.commit if self.revision else None

    @property
    def first(self) -> bool:
        """Whether nothing was live before this deploy."""
        return self.live.commit is None
