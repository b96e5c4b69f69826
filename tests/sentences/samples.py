"""An example, or a few, of every error: as they come in real life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from shippy import errors
from shippy.errors import HostFailed, ShippyError
from shippy.model import (
    ApprovalReason,
    CheckResult,
    Closure,
    Deploy,
    HostStep,
    Live,
    Owner,
    Person,
    Phase,
    Place,
    Ramp,
    Revision,
    Rule,
    Setback,
    Share,
    Slot,
    Verdict,
)
from shippy.sentences import approving

AT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
COMMIT = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
DANA = Person("U1", "dana")
CHECKS = (
    CheckResult("ci/build", Verdict.PASSED, "build 12 is green", "https://ci.example.com/12"),
    CheckResult("qa/sign-off", Verdict.PENDING, "nothing has reported this status yet"),
    CheckResult("up to date", Verdict.UNREADABLE, "GitHub is not available: no answer within 10 s"),
)
RUNNING = Deploy(
    "260101-120000-abcd",
    "web",
    "production",
    "feature-x",
    DANA,
    Place("C1", "1.1"),
    started=AT,
    phase=Phase.ROLLING,
    revision=Revision("feature-x", COMMIT, "feature-x"),
    slot=Slot.GREEN,
    share=Share.of_percent(25),
)
RAMP = Ramp((Share.of_percent(50), Share.of_percent(100)), 300.0, AT, DANA)
CLOSED = Closure(Person("U2", "kim"), "the database moves.", AT, AT + timedelta(hours=2))
REASONS = (
    ApprovalReason(Rule.PATHS, approving.files_of(["a.sql", "b.sql", "c.sql", "d.sql"])),
    ApprovalReason(Rule.COMMITS_ABOVE, approving.many_commits(31, 30)),
    ApprovalReason(Rule.OVERRIDES, approving.overridden(["qa/sign-off"])),
    ApprovalReason(Rule.OFF_HOURS, approving.off_hours("Mon-Fri 08:00-18:00 (Europe/Berlin)")),
)


def setback(host: str) -> Setback:
    return Setback(host, HostStep.CHECKING, "it exited")


EXITED = HostFailed("web2", HostStep.CHECKING, "it exited", 3, ("boom",))

SAMPLES: Mapping[type[ShippyError], Sequence[ShippyError]] = {
    errors.NotUnderstood: [
        errors.NotUnderstood("hello", "that is no command"),
        errors.NotUnderstood("rollout", "how many percent?", "rollout <0..100> [<0..100> … every 5m] [app]"),
        errors.NotUnderstood("x" * 2000, "that is too long for a command (2000 characters)"),
    ],
    errors.UnknownApp: [errors.UnknownApp(None, ("web", "api")), errors.UnknownApp("wbe", ("web", "api"))],
    errors.UnknownHost: [errors.UnknownHost("web9", ("web1", "web2"))],
    errors.NothingToRead: [errors.NothingToRead("web")],
    errors.NotAllowed: [
        errors.NotAllowed("ship", ("dana", "kim"), ("@deployers",)),
        errors.NotAllowed("ship", tuple(f"person{number}" for number in range(40)), ()),
    ],
    errors.NotHere: [errors.NotHere("ship", ("#deploys", "#shop"))],
    errors.NothingWarm: [
        errors.NothingWarm("web", None, 0.0),
        errors.NothingWarm("web", Live(Slot.BLUE, "260101-110000-abcd", "1a2b3c4d" + "0" * 32), 0.0),
        errors.NothingWarm("web", Live(Slot.BLUE, "260101-110000-abcd", "1a2b3c4d" + "0" * 32), 900.0),
    ],
    errors.WarmIsDown: [errors.WarmIsDown("web")],
    errors.NoPins: [errors.NoPins("the config has no traffic.link_key")],
    errors.NotYours: [errors.NotYours("verify", DANA)],
    errors.NoRamp: [errors.NoRamp(verb, ramp) for verb in ("pause", "resume") for ramp in (None, RAMP)],
    errors.NoLogin: [errors.NoLogin("acme/web")],
    errors.ApprovalMissing: [
        errors.ApprovalMissing(REASONS),
        errors.ApprovalMissing(REASONS[:1], Person("U2", "kim"), ("kim", "lee"), ("@leads",)),
    ],
    errors.OwnApproval: [
        errors.OwnApproval(Owner(DANA, "dana-gh"), DANA),
        errors.OwnApproval(Owner(DANA), DANA, now=False),
        errors.OwnApproval(Owner(DANA, "dana-gh"), Person("U9", "dana2")),
    ],
    errors.NothingToApprove: [errors.NothingToApprove("web")],
    errors.NobodyToApprove: [errors.NobodyToApprove()],
    errors.MayNotPush: [errors.MayNotPush("dana-gh", "acme/web")],
    errors.LockHeld: [errors.LockHeld("production", RUNNING)],
    errors.ShipsClosed: [errors.ShipsClosed("production", CLOSED)],
    errors.NotYourTurn: [errors.NotYourTurn("production", DANA)],
    errors.NotWaiting: [errors.NotWaiting("production")],
    errors.NotLocked: [errors.NotLocked("production")],
    errors.NothingToRetry: [errors.NothingToRetry()],
    errors.AlreadyYours: [errors.AlreadyYours()],
    errors.StaleButton: [errors.StaleButton("rollout")],
    errors.NothingRunning: [errors.NothingRunning(verb) for verb in ("rollout", "commit", "abort")],
    errors.WrongPhase: [errors.WrongPhase("rollout", phase) for phase in Phase],
    errors.StepInFlight: [errors.StepInFlight("rollout", "rollout"), errors.StepInFlight("commit", "the preparation")],
    errors.Preempted: [errors.Preempted("rollout"), errors.Preempted("the preparation")],
    errors.TooLate: [errors.TooLate(COMMIT)],
    errors.UnknownRef: [errors.UnknownRef("feture-x", ("feature-x", "feature-y")), errors.UnknownRef("nope")],
    errors.AmbiguousRef: [errors.AmbiguousRef("9f8e", (COMMIT, COMMIT[::-1])), errors.AmbiguousRef("9f8e")],
    errors.FromFork: [errors.FromFork("#12", "mallory/web", "acme/web", "web")],
    errors.NotOurCommit: [errors.NotOurCommit("9f8e7d6c" * 5, "acme/web")],
    errors.ClosedPull: [
        errors.ClosedPull(12, "A title", merged=True),
        errors.ClosedPull(12, "A title", merged=False),
    ],
    errors.UnclearProduction: [errors.UnclearProduction("web", "the balancers do not agree on the stable slot")],
    errors.ChecksBlocked: [errors.ChecksBlocked(CHECKS), errors.ChecksBlocked(CHECKS[1:2], waited=1800.0)],
    errors.NothingRefused: [errors.NothingRefused(None), errors.NothingRefused("feature-x")],
    errors.Missed: [errors.Missed(240.0), errors.Missed(5.5)],
    errors.NotRecognised: [errors.NotRecognised(7.0)],
    errors.ShuttingDown: [errors.ShuttingDown()],
    errors.StandingBy: [
        errors.StandingBy("process 12 on web1", "/run/shippy/control.sock"),
        errors.StandingBy("process 12 on web1"),
        errors.StandingBy(""),
    ],
    errors.HostFailed: [EXITED, *(HostFailed("web2", step, "no space left.") for step in HostStep)],
    errors.TooFewHosts: [
        errors.TooFewHosts(1, 3, (EXITED, HostFailed("web3", HostStep.CONNECTING, "it does not answer."))),
        errors.TooFewHosts(0, 1, ()),
    ],
    errors.ImageNotFound: [errors.ImageNotFound("registry.example.com/acme/web:9f8e", "manifest unknown")],
    errors.BalancersRefused: [
        errors.BalancersRefused({"lb1": "no such backend.", "lb2": "connection refused"}),
        errors.BalancersRefused({"lb1": "no such backend"}, ("lb2", "lb3")),
    ],
    errors.MergeRefused: [errors.MergeRefused("Head branch was modified. Review and try the merge again.")],
    errors.Unavailable: [
        errors.Unavailable("GitHub", "no answer within 10 s"),
        errors.Unavailable("GitHub", "the rate limit is used up", retry_after=90.0),
        errors.Unavailable("lb1", "connection refused"),
    ],
    errors.InternalError: [errors.InternalError("local/6a2f")],
    errors.ConfigInvalid: [
        errors.ConfigInvalid("shippy.yml", [errors.ConfigProblem("apps.web.vip", "a URL")]),
        errors.ConfigInvalid("shippy.yml", [errors.ConfigProblem("name", "a name")] * 2),
    ],
    errors.JournalFailed: [errors.JournalFailed("the disk is full")],
    errors.LeaseLost: [errors.LeaseLost("another daemon has taken it")],
}
"""The abstract ones (ShippyError, Refused) are never raised themselves."""


def kinds_of(error: type[ShippyError] = ShippyError) -> list[type[ShippyError]]:
    """Every error class of shippy.errors that is raised itself, found by introspection."""
    inner = [kind for kind in error.__subclasses__() if kind.__module__.startswith(errors.__name__)]
    return [found for kind in inner for found in kinds_of(kind)] if inner else [error]
