"""What the core needs of the world outside: one Protocol each, implemented by the adapters and by the tests' fakes.

A contract suite in tests/contract holds every implementation to the docstrings here. All of them may raise
`Unavailable` when what they talk to does not answer; none of them waits without a time-out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from shippy.answers import Answer
from shippy.errors import HostFailed, ShippyError
from shippy.events import Entry, Event
from shippy.model import (
    Budget,
    ChangedFiles,
    Comparison,
    Container,
    Deploy,
    Endpoint,
    HostProgress,
    Image,
    MergeMethod,
    Person,
    Pins,
    Place,
    PullRequest,
    PullState,
    Release,
    Reviews,
    Revision,
    Slot,
    SlotCounts,
    Standing,
    Status,
    Traffic,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC."""

    def sleep(self, seconds: float) -> None: ...


class Journal(Protocol):
    """The append-only record of what happens. It is the truth; everything shown is derived from it."""

    def append(self, event: Event) -> Entry:
        """Record an event; it is on disk when this returns.

        Raises:
            JournalFailed: it could not be recorded; what was about to be done must not be done.
        """

    def of_deploy(self, deploy: str) -> list[Entry]:
        """The events of one deploy, oldest first."""

    def unfinished(self) -> list[str]:
        """The ids of the deploys that have begun (an undo begins one once more) and not ended since, oldest first."""

    def recent(self, count: int, app: str | None = None) -> list[str]:
        """The ids of the last deploys, newest first."""

    def of_locks(self) -> list[Entry]:
        """The events of all locks (LockEvent), oldest first."""

    def of_app(self, app: str) -> list[Entry]:
        """What was seen of an app beside its deploys (Seen), oldest first."""

    def handled(self, request: str) -> bool:
        """Whether a request of this id has been received already, by this daemon or an earlier one."""

    def last(self) -> Entry | None:
        """The newest entry of all."""

    def last_swap(self, app: str) -> Entry | None:
        """The event (Swapped or SwappedBack) that made the app's stable slot what it is: the first of `swaps`."""

    def swaps(self, app: str, count: int) -> list[Entry]:
        """The last events (Swapped or SwappedBack) that gave the app another live release, newest first."""


class CodeHost(Protocol):
    """One repository on GitHub."""

    @property
    def budget(self) -> Budget | None:
        """What was left when it last answered; nothing is asked. None: it has not told, or takes any number."""

    def resolve(self, ref: str) -> Revision:
        """What a branch, "#12", a (short) commit, or the branch of a fork ("mallory:feature-x") stands for now.

        The latter is known by its open pull request alone.

        Raises:
            UnknownRef: nothing has that name; near ones are named.
            AmbiguousRef: a short commit that could be several.
            ClosedPull: the pull request is not open.
        """

    def is_own(self, commit: str, main: str) -> bool:
        """Whether a commit is known to be of this repository: of the main branch, of the head of any branch, or of a
        pull request from one. GitHub answers for the commits of forks as well.
        """

    def statuses(self, commit: str) -> Mapping[str, Status]:
        """The latest status of each context on a commit, and check runs likewise, by their names.

        A check run that is skipped or neutral is a success, as GitHub has it; its description says so. Of a status and
        a check run with the same name, the worse one is told.
        """

    def required_contexts(self, branch: str) -> tuple[str, ...]:
        """The names of the statuses that the branch's own protection asks of what is merged into it.

        Raises:
            UnknownRef: there is no such branch.
        """

    def compare(self, base: str, head: str) -> Comparison:
        """A branch or commit against another.

        Raises:
            UnknownRef: one of them is not there any more.
        """

    def pull_state(self, pull: int) -> PullState:
        """A pull request as it is now. Whether it can be merged is waited for, for three seconds at most.

        Raises:
            UnknownRef: there is no such pull request.
        """

    def reviews(self, pull: int) -> Reviews:
        """What has been said of a pull request in reviews, by whoever still has an account.

        Raises:
            UnknownRef: there is no such pull request.
        """

    def files(self, base: str, head: str) -> ChangedFiles:
        """The files that a branch or commit changes, from where it has left the base.

        Raises:
            UnknownRef: one of them is not there any more.
        """

    def standing(self, revision: Revision, into: str) -> Standing:
        """How a revision stands now to a branch: where its own branch is, and how far the two are apart.

        It costs two or three requests, and may be asked every half minute.

        Raises:
            UnknownRef: the commit or the branch is not there any more.
        """

    def tree(self, commit: str) -> str:
        """One name for all files of a commit as they are there: two commits with the same have the same files.

        Raises:
            UnknownRef: there is no such commit.
        """

    def merge_tree(self, revision: Revision, into: str) -> str | None:
        """The tree that a branch would have if the revision were merged into it now.

        None: they conflict, or it cannot be told, as for a revision without a pull request.
        """

    def merge(self, revision: Revision, into: str, message: str, method: MergeMethod = MergeMethod.MERGE) -> str:
        """Merge exactly the revision's commit into a branch and return the commit by which the branch has it.

        A branch that has the revision already, in whichever way, is a success: a merge whose answer was lost can be
        asked again. Only a pull request can be merged in another way than by a merge commit.

        Raises:
            MergeRefused: a conflict, a head that has moved, a protection: its kind, and GitHub's own words.
        """

    def delete_branch(self, revision: Revision) -> bool:
        """Delete the branch of a revision. False: it is gone, or has got something else since, and nothing was done.

        Raises:
            MergeRefused: GitHub will not; its own words.
        """

    def revert(self, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
        """Open a pull request into a branch that takes back what the merge of a revision has brought.

        Asked again, it gives the one that is open. None: no merge has brought the revision, the branch had it before.

        Raises:
            MergeRefused: GitHub will not, in its own words.
        """

    def may_push(self, login: str) -> bool:
        """Whether somebody may push to the repository."""

    def login_of(self, email: str) -> str | None:
        """The login of whoever has this e-mail address publicly, or None."""


class Fleet(Protocol):
    """The hosts of one app. Every call works on all hosts at once, and a host that fails holds up no other."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of all hosts, in the config's order."""

    def resolve(self, reference: str) -> Image:
        """The digest that an image reference stands for now, as the registry tells; no host's images change.

        Raises:
            ImageNotFound: the registry does not have it.
        """

    def pull(
        self,
        image: Image,
        report: Callable[[HostProgress], None],
        finished: Callable[[str | HostFailed], None] = lambda _: None,
    ) -> Mapping[str, HostFailed]:
        """Bring an image to every host ahead of its release; returns the failures. Safe to be killed.

        `finished` is called once a host, with its name as soon as it has the image, or with its failure.
        """

    def names(self, release: Release) -> Mapping[str, str]:
        """What the release's container is called on each host, by the host's name."""

    def prepare(
        self,
        release: Release,
        progress: Callable[[HostProgress], None],
        finished: Callable[[Endpoint | HostFailed], None],
        hosts: Collection[str] | None = None,
    ) -> None:
        """Pull, create and start a container of the release on every host (or these) and wait until each is healthy.

        Idempotent: a container of the same deploy that runs is kept. `finished` is called once a host, as soon as that
        host is ready or has failed; what a failed host had started is removed. Safe to be killed: a `remove` that
        follows waits for what was being created.
        """

    def remove(self, keep: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """Stop (with the configured grace) and remove all containers of the app but those of the deploys to keep."""

    def sweep(self, deploys: Iterable[str]) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """Stop and remove all containers of these deploys, which have ended, and no others."""

    def labels(self, image: Image) -> Mapping[str, str] | None:
        """The labels of an image, as one of the hosts tells that have it; None where no host that answers has it.

        Raises:
            Unavailable: no host answers.
        """

    def containers(self) -> Mapping[str, tuple[Container, ...] | HostFailed]:
        """The containers of the app on each host, running or not, whichever deploy they are of."""

    def forget(self, keep: Collection[Image]) -> Mapping[str, tuple[str, ...] | HostFailed]:
        """Remove the app's images that `pull` has once brought to each host; returns those removed, pinned.

        What is kept are the images to keep, those that any container is made of, running or not, and what is being
        pulled meanwhile. It has nothing to do with images of other repositories, or with those that somebody has given
        a tag there.
        """


class Balancers(Protocol):
    """All balancers of one app. What is wanted is told whole; they work out the difference themselves."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def bring(self, wanted: Traffic) -> None:
        """Make every balancer do what is wanted, or none: read back from each, and put back where one refuses.

        Traffic goes to an endpoint only once the balancer itself holds it for up. Idempotent.

        Raises:
            BalancersRefused: no balancer has the change.
        """

    def force(self, wanted: Traffic) -> Mapping[str, str]:
        """Like `bring`, but on as many balancers as will: returns the reason of each that did not. For an abort."""

    def read(self) -> Mapping[str, Traffic | ShippyError]:
        """What each balancer does now."""

    def sessions(self, slot: Slot) -> int | None:
        """How many sessions are open to a slot, over all balancers that answer. None: one of these cannot tell."""

    def servers_up(self, slot: Slot) -> int:
        """How many servers of a slot would take a visitor, on the balancer that answers and has the fewest."""

    def counts(self) -> Mapping[str, SlotCounts | ShippyError]:
        """What each balancer has counted of each slot since it started, or why it does not tell."""

    def pins(self, deploy: str, until: datetime) -> Pins:
        """Links that show a deploy's candidate to one browser, at any share; every balancer checks them itself.

        They are secrets: whoever has them sees the candidate.

        Raises:
            NoPins: there can be none.
        """


class Metrics(Protocol):
    """A monitoring system that can be asked for numbers."""

    def value(self, query: str) -> float:
        """The number that a query of its own language stands for now. Raises Unavailable where it gives none."""


class Listener(Protocol):
    """Told of every event of a deploy, after the journal has it. Must return at once and not raise."""

    def heard(self, entry: Entry, deploy: Deploy) -> None: ...

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Told of every LockEvent, after the journal has it; `holder` is the deploy that has the lock, if one has."""

    def heard_of_app(self, entry: Entry) -> None:
        """Told of every AppEvent, after the journal has it."""

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """A host has come further; not journalled, and may come often."""


class Request(Protocol):
    """A text addressed to the bot, with the way back to who typed it."""

    @property
    def id(self) -> str: ...

    @property
    def person(self) -> Person: ...

    @property
    def place(self) -> Place: ...

    @property
    def text(self) -> str:
        """Plain text, with the bot's name and the chat's markup taken off."""

    @property
    def expects(self) -> str | None:
        """The id of the deploy that the request is about, where it was pressed on that deploy's message."""

    def answer(self, answer: Answer | ShippyError) -> None:
        """Say it where the request was typed. Returns at once; never raises."""

    def close(self) -> None:
        """Nothing more will be said."""


class Directory(Protocol):
    """Who is who in the chat. Answers may be some seconds old."""

    def members(self, usergroup: str) -> frozenset[str]:
        """The ids of the people in a user group."""

    def name(self, person: str) -> str:
        """What to call somebody; the id itself where the chat does not tell. Never an identity."""

    def group_name(self, usergroup: str) -> str:
        """What to call a user group."""

    def email(self, person: str) -> str | None:
        """The e-mail address that the chat has of somebody, if it tells."""

    def person_with(self, email: str) -> str | None:
        """The id of whoever has this e-mail address in the chat; None where nobody has, or the chat does not tell."""

    def channel(self, name: str) -> str:
        """The id of a channel by its name ("#deploys"); an id is its own. Raises Unavailable where there is none."""

    def channel_name(self, channel: str) -> str:
        """What to call a channel; the id itself where the chat does not tell."""
