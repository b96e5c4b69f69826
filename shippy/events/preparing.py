"""From the lock to the VIP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shippy.events.base import DeployEvent
from shippy.model import Author, CheckResult, Endpoint, HostStep, Image, Live, Person, Place, Revision, Slot


@dataclass(frozen=True, slots=True)
class Started(DeployEvent):
    """The lock is taken; nothing else has been done.

    Attributes:
        login: the owner's on GitHub, if it is known.
        override: why skippable checks are skipped; empty: they are not.
        when_green: whether pending checks may finish first.
    """

    begins: ClassVar[bool] = True

    lock: str
    ref: str
    owner: Person
    place: Place
    login: str | None = None
    override: str = ""
    when_green: bool = False


@dataclass(frozen=True, slots=True)
class Announced(DeployEvent):
    """The deploy has its living message in the chat: `message` is its channel and, as the thread, its own id."""

    message: Place


@dataclass(frozen=True, slots=True)
class Resolved(DeployEvent):
    """The ref means this revision from now on, and `live` is what serves the public.

    Attributes:
        drift: a sentence, if the records, what runs and master do not agree.
        commits, authors: of what the revision has and the live commit lacks.
        behind: how many commits the live one has that the revision lacks.
        contained: whether the main branch has the revision already, so that there is nothing to merge.
    """

    revision: Revision
    live: Live
    diff_url: str | None
    drift: str | None = None
    commits: int = 0
    authors: tuple[Author, ...] = ()
    behind: int = 0
    contained: bool = False


@dataclass(frozen=True, slots=True)
class ImageResolved(DeployEvent):
    """The deploy has its image.

    Attributes:
        recorded: whether it is the image that the commit had when it was live, because the registry did not answer.
        there: the hosts that are known to have it already.
    """

    image: Image
    recorded: bool = False
    there: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecksReported(DeployEvent):
    """What the checks say; while they are waited for, again whenever they say something else."""

    results: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class WaitingForChecks(DeployEvent):
    """Only pending checks are in the way, and are looked at again, with the lock held, at the latest `until` then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class ImagePulled(DeployEvent):
    """The deploy is about to end with nothing started; these hosts have its image by now."""

    hosts: tuple[str, ...]


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
class Retrying(DeployEvent):
    """The hosts that failed are about to be prepared once more."""

    by: Person
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Connecting(DeployEvent):
    """The balancers are about to be told of the new containers, with no public traffic to them."""

    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Prepared(DeployEvent):
    """The new containers answer on the VIP."""
