"""What commands answer, as data. The words are made of it in `shippy.sentences`, for whatever shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shippy.errors import HostFailed, ShippyError
from shippy.events import Drifted, Entry, Resolved
from shippy.model import (
    ApprovalReason,
    BalancerPlan,
    Budget,
    CheckResult,
    Comparison,
    Container,
    Deploy,
    HostPlan,
    Image,
    Judgement,
    Live,
    Person,
    Pins,
    Prefetched,
    Revision,
    StoredImage,
    Turns,
)

NO_TURNS = Turns()


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command's form ("rollout <0..100>") and what it does, in sentences."""

    form: str
    summary: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """All commands, or the one that was asked for."""

    commands: tuple[CommandHelp, ...]


@dataclass(frozen=True, slots=True)
class AppStatus:
    """One app: what is live (None: it cannot be told now, and `drift` says why), and its running deploy.

    `drift` is a sentence where the records and what runs disagree, and `wrong` is what was seen to be so by itself, and
    is not over. `waits_for` is the deploy of another app that has
    this one's lock, and `turns` are those of that lock.
    """

    app: str
    live: Live | None
    deploy: Deploy | None
    drift: str | None = None
    waits_for: Deploy | None = None
    turns: Turns = NO_TURNS
    wrong: tuple[Drifted, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReport:
    """`budget` is GitHub's, as far as it has told."""

    now: datetime
    apps: tuple[AppStatus, ...]
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class ChecksReport:
    app: str
    revision: Revision
    results: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class DiffReport:
    """What a ref would change in production; no comparison: nothing is live yet."""

    app: str
    revision: Revision
    live: Live
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class AheadReport:
    """What is to be on the hosts ahead, and the images that each host has.

    Attributes:
        wanted: None as long as GitHub has not told.
        label: that of the pull requests that count; None where all do.
        budget: how many bytes these images may take on each host.
    """

    wanted: tuple[Prefetched, ...] | None
    label: str | None
    budget: int
    hosts: Mapping[str, tuple[StoredImage, ...] | HostFailed]


@dataclass(frozen=True, slots=True)
class HostsReport:
    """Each host's containers, or why it does not tell; `live` is None where what is live cannot be told.

    `ahead` is there for an app whose config has images pulled ahead.
    """

    app: str
    live: Live | None
    hosts: Mapping[str, tuple[Container, ...] | HostFailed]
    ahead: AheadReport | None = None


@dataclass(frozen=True, slots=True)
class LogsReport:
    """The last lines of the containers of one release, or why a host does not tell; without those that have none.

    Attributes:
        new: whether they are those of the running deploy, and not of what is live.
        left_out: so many hosts were not asked.
    """

    app: str
    commit: str
    new: bool
    hosts: Mapping[str, tuple[str, ...] | HostFailed]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class HistoryReport:
    now: datetime
    deploys: tuple[Deploy, ...]


@dataclass(frozen=True, slots=True)
class TurnsReport:
    """A lock: who holds it, who waits for it, and whether ships are locked. `person` is who asked."""

    now: datetime
    lock: str
    holder: Deploy | None
    turns: Turns
    person: Person


@dataclass(frozen=True, slots=True)
class PinsReport:
    """Links to a deploy's candidate, for the browser of whoever asked. They are secrets: nobody else is shown them."""

    now: datetime
    deploy: Deploy
    pins: Pins


@dataclass(frozen=True, slots=True)
class VerdictReport:
    """A running deploy, and the newest numbers of both releases; None: nothing is compared now."""

    deploy: Deploy
    newest: Judgement | None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What `ship` would do with a revision. Nothing of it has been done.

    Attributes:
        image: or why there is none; `recorded` as in ImageResolved.
        needed: so many hosts must come up.
        obstacles: what else stands in the way, besides checks and the image.
        resolved: what it would bring to production. Where that cannot be told, neither can `hosts` and `balancers`.
        warm: the commit of the release that would be retired for its slot, if one is kept warm.
        authors: who is told of a commit, besides the owner.
        approval: what asks for a second person before the public gets any of it.
    """

    app: str
    revision: Revision
    person: Person
    image: Image | ShippyError
    recorded: bool
    results: tuple[CheckResult, ...]
    needed: int
    obstacles: tuple[ShippyError, ...]
    resolved: Resolved | None = None
    hosts: tuple[HostPlan, ...] = ()
    balancers: tuple[BalancerPlan, ...] = ()
    warm: str | None = None
    authors: tuple[str, ...] = ()
    approval: tuple[ApprovalReason, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyReport:
    """The deploy that was refused or failed last. `later` is a newer one of the same ref, where there is one."""

    now: datetime
    deploy: Deploy
    later: Deploy | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The command's outcome is an event of a deploy, which is told in the deploy's own thread in any case.

    `reached` tells whether the deploy has become what was asked for.
    """

    entry: Entry
    deploy: Deploy
    reached: bool = True


Answer = (
    HelpPage
    | StatusReport
    | ChecksReport
    | DiffReport
    | HostsReport
    | LogsReport
    | HistoryReport
    | TurnsReport
    | PinsReport
    | VerdictReport
    | PlanReport
    | WhyReport
    | Told
)
