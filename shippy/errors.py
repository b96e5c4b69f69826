"""What is expected to go wrong, as one tree of types.

Each error carries what happened as fields; the sentence that a person reads is made of them in
`shippy.sentences`. Whatever is raised and is not a ShippyError is a bug: it is logged with its traceback.

    ShippyError
    ├── Refused            a command that does nothing: the person can put it right
    │   ├── NotAllowed, NotHere, NoLogin, MayNotPush
    │   ├── NotUnderstood, UnknownApp, LockHeld, NothingRunning, WrongPhase, StepInFlight
    │   ├── Preempted, TooLate, StaleButton
    │   ├── ShipsClosed, NotYourTurn, NotWaiting, NotLocked, NothingToRetry
    │   ├── UnknownRef, AmbiguousRef, ClosedPull
    │   ├── UnclearProduction
    │   ├── ChecksBlocked
    │   ├── Missed
    │   └── ShuttingDown
    ├── HostFailed         one step on one host
    ├── TooFewHosts        fewer than min_hosts came up
    ├── ImageNotFound
    ├── BalancersRefused   a change of traffic that did not happen, anywhere
    ├── MergeRefused
    ├── Unavailable        something that shippy talks to does not answer as it should
    ├── InternalError      a bug, told to the person who ran into it
    ├── ConfigInvalid      every mistake of a config file at once
    └── JournalFailed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shippy.model import CheckResult, Closure, Deploy, HostStep, Person, Phase, Verdict


class ShippyError(Exception):
    """An expected failure. `str()` of it names the type and its fields, for logs."""

    def __str__(self) -> str:
        return repr(self)


class Refused(ShippyError):
    """The command did nothing, and says what to do about it."""


@dataclass
class NotUnderstood(Refused):
    """The text is no command. `form` is the right form of the nearest one, if there is a near one."""

    text: str
    problem: str
    form: str | None = None


@dataclass
class UnknownApp(Refused):
    app: str | None
    known: tuple[str, ...]


@dataclass
class NotAllowed(Refused):
    """`right` is what is needed, such as "ship"; `users` and `usergroups` are the names of who has it."""

    right: str
    users: tuple[str, ...]
    usergroups: tuple[str, ...]


@dataclass
class NotHere(Refused):
    """Somebody has the right, but not in this channel; `channels` are the names of those where they have it."""

    right: str
    channels: tuple[str, ...]


@dataclass
class NoLogin(Refused):
    """Whoever does this must be able to push to the repository, and nobody knows who they are on GitHub."""

    repository: str


@dataclass
class MayNotPush(Refused):
    """Whoever does this must be able to push to the repository, and may not."""

    login: str
    repository: str


@dataclass
class LockHeld(Refused):
    lock: str
    holder: Deploy


@dataclass
class ShipsClosed(Refused):
    """Somebody has locked ships; everything else works."""

    lock: str
    closure: Closure


@dataclass
class NotYourTurn(Refused):
    """The lock is free, and somebody who waited for it has been told that it is their turn."""

    lock: str
    first: Person


@dataclass
class NotWaiting(Refused):
    """Somebody leaves a queue that they are not in."""

    lock: str


@dataclass
class NotLocked(Refused):
    """Ships are to be unlocked, and nobody has locked them."""

    lock: str


@dataclass
class NothingToRetry(Refused):
    """Every host of the running deploy is up."""


@dataclass
class StaleButton(Refused):
    """A button was pressed on the message of a deploy that does not run any more."""

    verb: str


@dataclass
class NothingRunning(Refused):
    """The command is about a running deploy and there is none."""

    verb: str


@dataclass
class WrongPhase(Refused):
    verb: str
    phase: Phase


@dataclass
class StepInFlight(Refused):
    """The deploy is in the middle of something; only an abort may interrupt it."""

    verb: str
    step: str


@dataclass
class Preempted(Refused):
    """The step was stopped because somebody aborted the deploy."""

    step: str


@dataclass
class TooLate(Refused):
    """The branch is merged: there is nothing left that an abort could take back."""

    merged: str


@dataclass
class UnknownRef(Refused):
    ref: str
    near: tuple[str, ...] = ()


@dataclass
class AmbiguousRef(Refused):
    ref: str
    commits: tuple[str, ...] = ()


@dataclass
class ClosedPull(Refused):
    number: int
    title: str
    merged: bool


@dataclass
class UnclearProduction(Refused):
    """What is live cannot be told, so that nothing may be removed or replaced; `why` is one line."""

    app: str
    why: str


@dataclass
class ChecksBlocked(Refused):
    results: tuple[CheckResult, ...]

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if result.verdict is not Verdict.PASSED)


@dataclass
class Missed(Refused):
    """It was typed while the bot was away, for so many seconds: by now it may not be what its author wants."""

    away_seconds: float


@dataclass
class ShuttingDown(Refused):
    """The daemon has been told to stop and takes no more commands."""


@dataclass
class HostFailed(ShippyError):
    """A step on a host failed. `exit_code` and `log` (last lines) are those of the container, where there was one."""

    host: str
    step: HostStep
    reason: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()


@dataclass
class TooFewHosts(ShippyError):
    ready: int
    needed: int
    failures: tuple[HostFailed, ...]


@dataclass
class ImageNotFound(ShippyError):
    """The registry does not have it; `answer` is what it said."""

    reference: str
    answer: str


@dataclass
class BalancersRefused(ShippyError):
    """No balancer has the change: it was taken back where it had been made.

    `failures` tells for each balancer that refused what it said; `stuck` names those that could not be put back.
    """

    failures: Mapping[str, str]
    stuck: tuple[str, ...] = ()


@dataclass
class MergeRefused(ShippyError):
    """GitHub would not merge; `reason` is its answer."""

    reason: str


@dataclass
class Unavailable(ShippyError):
    """`what` (GitHub, the registry, Slack, …) did not answer, or not as it should; `why` is one line.

    `retry_after` is seconds, where it was told.
    """

    what: str
    why: str
    retry_after: float | None = None


@dataclass
class ConfigProblem:
    """One mistake: the key path ("apps.web.health.timeout") and what was expected there."""

    path: str
    expected: str


@dataclass
class InternalError(ShippyError):
    """`request` finds the traceback in the log."""

    request: str


class ConfigInvalid(ShippyError):
    def __init__(self, file: str, problems: Sequence[ConfigProblem]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = tuple(problems)


@dataclass
class JournalFailed(ShippyError):
    why: str
