"""What is expected to go wrong, as one tree of types.

Each error carries what happened as fields; the sentence that a person reads is made of them in
`shippy.sentences`. Whatever is raised and is not a ShippyError is a bug: it is logged with its traceback.

    ShippyError
    ├── Refused            a command that does nothing: the person can put it right
    │   ├── NotAllowed, NotHere, NoLogin, MayNotPush
    │   ├── NotUnderstood, UnknownApp, LockHeld, NothingRunning, WrongPhase, StepInFlight
    │   ├── Preempted, TooLate, StaleButton
    │   ├── ShipsClosed, NotYourTurn, NotWaiting, NotLocked, NothingToRetry, AlreadyYours
    │   ├── UnknownRef, AmbiguousRef, ClosedPull, FromFork, NotOurCommit
    │   ├── NothingWarm, WarmIsDown, NoPins, NotYours, NoRamp, NothingRefused
    │   ├── ApprovalMissing, OwnApproval, NothingToApprove, NobodyToApprove
    │   ├── UnclearProduction
    │   ├── ChecksBlocked
    │   ├── Missed, NotRecognised
    │   └── ShuttingDown, StandingBy
    ├── HostFailed         one step on one host
    ├── TooFewHosts        fewer than min_hosts came up
    ├── ImageNotFound
    ├── BalancersRefused   a change of traffic that did not happen, anywhere
    ├── MergeRefused
    ├── Unavailable        something that shippy talks to does not answer as it should
    ├── InternalError      a bug, told to the person who ran into it
    ├── ConfigInvalid      every mistake of a config file at once
    ├── JournalFailed
    └── LeaseLost          another daemon has taken over, or may have
"""

from shippy.errors.base import ShippyError
from shippy.errors.failures import (
    BalancersRefused,
    ConfigInvalid,
    ConfigProblem,
    HostFailed,
    ImageNotFound,
    InternalError,
    JournalFailed,
    LeaseLost,
    MergeRefused,
    TooFewHosts,
    Unavailable,
)
from shippy.errors.refs import AmbiguousRef, ClosedPull, FromFork, NotOurCommit, UnknownRef
from shippy.errors.refusals import (
    AlreadyYours,
    ApprovalMissing,
    ChecksBlocked,
    LockHeld,
    MayNotPush,
    Missed,
    NobodyToApprove,
    NoLogin,
    NoPins,
    NoRamp,
    NotAllowed,
    NotHere,
    NothingRefused,
    NothingRunning,
    NothingToApprove,
    NothingToRead,
    NothingToRetry,
    NothingWarm,
    NotLocked,
    NotRecognised,
    NotUnderstood,
    NotWaiting,
    NotYours,
    NotYourTurn,
    OwnApproval,
    Preempted,
    Refused,
    ShipsClosed,
    ShuttingDown,
    StaleButton,
    StandingBy,
    StepInFlight,
    TooLate,
    UnclearProduction,
    UnknownApp,
    UnknownHost,
    WarmIsDown,
    WrongPhase,
)

__all__ = [
    "AlreadyYours",
    "AmbiguousRef",
    "ApprovalMissing",
    "BalancersRefused",
    "ChecksBlocked",
    "ClosedPull",
    "ConfigInvalid",
    "ConfigProblem",
    "FromFork",
    "HostFailed",
    "ImageNotFound",
    "InternalError",
    "JournalFailed",
    "LeaseLost",
    "LockHeld",
    "MayNotPush",
    "MergeRefused",
    "Missed",
    "NoLogin",
    "NoPins",
    "NoRamp",
    "NobodyToApprove",
    "NotAllowed",
    "NotHere",
    "NotLocked",
    "NotOurCommit",
    "NotRecognised",
    "NotUnderstood",
    "NotWaiting",
    "NotYourTurn",
    "NotYours",
    "NothingRefused",
    "NothingRunning",
    "NothingToApprove",
    "NothingToRead",
    "NothingToRetry",
    "NothingWarm",
    "OwnApproval",
    "Preempted",
    "Refused",
    "ShippyError",
    "ShipsClosed",
    "ShuttingDown",
    "StaleButton",
    "StandingBy",
    "StepInFlight",
    "TooFewHosts",
    "TooLate",
    "Unavailable",
    "UnclearProduction",
    "UnknownApp",
    "UnknownHost",
    "UnknownRef",
    "WarmIsDown",
    "WrongPhase",
]
