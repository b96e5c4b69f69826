"""Commands that do nothing: the person who typed one can put it right."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.errors.base import ShippyError
from shippy.model import ApprovalReason, CheckResult, Closure, Deploy, Live, Owner, Person, Phase, Ramp


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
class UnknownHost(Refused):
    host: str
    known: tuple[str, ...]


@dataclass
class NothingToRead(Refused):
    """No deploy of the app has containers whose logs could be read."""

    app: str


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
class AlreadyYours(Refused):
    """Somebody takes a deploy over that is theirs."""


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
class NothingWarm(Refused):
    """There is nothing to undo at once: the release from before has no containers any more.

    `before` is what was live before, if the journal knows; `warm` is the config's time for it, in seconds.
    """

    app: str
    before: Live | None
    warm: float


@dataclass
class WarmIsDown(Refused):
    """The release from before still has containers, but none of them would take a visitor."""

    app: str


@dataclass
class NoPins(Refused):
    """No link can pin a browser to the candidate; `why` is one line."""

    why: str


@dataclass
class NotYours(Refused):
    """Only the owner of a deploy can do this."""

    verb: str
    owner: Person


@dataclass
class NoRamp(Refused):
    """There is no climb to pause or to resume, or it is paused already, or not paused: then there is a `ramp`."""

    verb: str
    ramp: Ramp | None = None


@dataclass
class ApprovalMissing(Refused):
    """Somebody else has to agree before the public gets more of it. `before` is whose word holds no longer.

    `users` and `usergroups` are the names of who may; none: everybody else.
    """

    reasons: tuple[ApprovalReason, ...]
    before: Person | None = None
    users: tuple[str, ...] = ()
    usergroups: tuple[str, ...] = ()


@dataclass
class OwnApproval(Refused):
    """Somebody, `by` this account, approves what is theirs, or was: it belongs or has belonged to `owner`.

    `now` tells that it is the present one.
    """

    owner: Owner
    by: Person
    now: bool = True


@dataclass
class NothingToApprove(Refused):
    """The config asks for nobody's word on this app's deploys."""

    app: str


@dataclass
class NobodyToApprove(Refused):
    """Somebody approves in the shell, where nobody can tell who that is."""


@dataclass
class UnclearProduction(Refused):
    """What is live cannot be told, so that nothing may be removed or replaced; `why` is one line."""

    app: str
    why: str


@dataclass
class ChecksBlocked(Refused):
    """`waited` is for how many seconds they were waited for, where the time for that is over."""

    results: tuple[CheckResult, ...]
    waited: float | None = None

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if result.in_the_way)


@dataclass
class NothingRefused(Refused):
    """No deploy, or none of that ref, has been refused or has failed lately."""

    ref: str | None


@dataclass
class Missed(Refused):
    """It was typed while the bot was away, for so many seconds: by now it may not be what its author wants."""

    away_seconds: float


@dataclass
class NotRecognised(Refused):
    """The chat did not tell for so many seconds who it is from: by now it may not be what its author wants."""

    waited_seconds: float


@dataclass
class ShuttingDown(Refused):
    """The daemon has been told to stop and takes no more commands."""


@dataclass
class StandingBy(Refused):
    """This daemon waits for the end of the one that is active: `holder`, "process 12 on web1", with its local socket.

    Both are empty while the journal's database does not tell who that is.
    """

    holder: str
    control: str = ""
