"""What to type next, for each phase of a deploy and for most errors."""

from __future__ import annotations

from shippy import errors
from shippy.errors import ShippyError
from shippy.model import Phase, Ramp
from shippy.sentences.merging import way_out
from shippy.sentences.phrases import first_of, listed

MOST_NAMES = 10

NEXT = {
    Phase.CHECKING: "Wait for the checks, or stop with `{bot} abort`.",
    Phase.PREPARING: "Wait for the hosts, or stop with `{bot} abort`.",
    Phase.VERIFYING: "Type `{bot} rollout 5` for a first share, `{bot} commit` to finish, or `{bot} abort`.",
    Phase.ROLLING: "Type `{bot} rollout` with another share, `{bot} commit` to finish, or `{bot} abort`.",
    Phase.UNMERGED: "Type `{bot} commit` to try the merge again, or `{bot} abort` to go back.",
    Phase.COMMITTING: "Wait for it to end; if it does not, `{bot} commit` goes on with it.",
    Phase.UNDOING: "Wait for it to end; I go on with it by myself, also after a restart.",
    Phase.ABORTING: "Wait for it to end; if it does not, `{bot} abort` goes on with it.",
}


def next_step(phase: Phase, bot: str) -> str:
    """What somebody can do with a deploy in this phase; empty once it has ended."""
    return NEXT.get(phase, "").format(bot=bot)


def advise(error: ShippyError, bot: str) -> str:
    """The next step after an error, in whole sentences; empty where there is none."""
    match error:
        case errors.Refused():
            return _after_refusal(error, bot)
        case errors.ImageNotFound():
            return f"Once it has been built and pushed, `{bot} ship` again."
        case errors.HostFailed() | errors.TooFewHosts():
            return f"`{bot} hosts` shows each host's containers."
        case errors.BalancersRefused():
            return f"Try again once that is fixed; `{bot} status` shows where the deploy stands."
        case errors.MergeRefused(kind=kind):
            return f"The traffic is as it was. {way_out(kind, commit=f'`{bot} commit`', abort=f'`{bot} abort`')}"
        case errors.Unavailable(retry_after=float(seconds)):
            return f"Try again in {seconds:.0f} s."
        case errors.Unavailable():
            return "Try again in a while."
        case errors.InternalError():
            return f"`{bot} status` shows how things stand."
        case errors.JournalFailed():
            return f"Try again once that is fixed; `{bot} abort` works without it."
        case errors.LeaseLost():
            return "The other one takes commands."
        case _:
            return ""


def _after_refusal(error: errors.Refused, bot: str) -> str:
    return _about_people(error, bot) or _about_deploys(error, bot) or _about_what(error, bot)


def _about_people(error: errors.Refused, bot: str) -> str:
    """About the words, who may, and whose turn it is."""
    match error:
        case errors.NotUnderstood(form=None):
            return f"`{bot} help` shows all commands."
        case errors.NotUnderstood(form=form):
            return f"The form is `{bot} {form}`."
        case errors.UnknownApp(known=known):
            app = known[0] if known else "web"
            return (
                f"Put the app's name at the end (`{bot} status {app}`), or ahead of a reason (`{bot} abort {app} …`)."
            )
        case errors.UnknownHost(known=known):
            return f"Type one of them, as in `{bot} logs {known[0]}`."
        case errors.NothingToRead():
            return f"`{bot} ship <branch>` brings one up."
        case errors.NotAllowed(users=users, usergroups=groups):
            return f"Ask one of these: {listed(first_of([*groups, *users], MOST_NAMES))}."
        case errors.NotHere(channels=channels):
            return f"Type it in {listed(first_of(channels, MOST_NAMES), 'or')}."
        case errors.NoLogin():
            return (
                "Show the e-mail address you use here on your GitHub profile, have your login added to "
                "people.github in my config, or ask somebody who can push."
            )
        case errors.MayNotPush():
            return "Ask an admin of the repository for the right to push, or somebody who has it."
        case errors.LockHeld():
            return f"`{bot} status` shows how far that has come, `{bot} join` waits for it."
        case errors.ShipsClosed():
            return f"`{bot} unlock` lifts it; `{bot} abort` and `{bot} rollout` work all the same."
        case errors.NotYourTurn():
            return f"`{bot} join` waits for yours."
        case errors.NotWaiting():
            return f"`{bot} queue` shows who is."
        case errors.NotLocked():
            return f"`{bot} ship <branch>` works."
        case _:
            return ""


def _about_deploys(error: errors.Refused, bot: str) -> str:
    """About the deploy that runs, or that should."""
    match error:
        case errors.NothingToRetry():
            return f"`{bot} hosts` shows each host's containers."
        case errors.AlreadyYours() | errors.StaleButton():
            return f"`{bot} status` shows how things stand."
        case errors.NothingRunning():
            return f"`{bot} ship <branch>` begins one."
        case errors.WrongPhase(phase=phase):
            return next_step(phase, bot) or f"`{bot} ship <branch>` begins another deploy."
        case errors.StepInFlight():
            return f"Try again in a moment, or stop it with `{bot} abort`."
        case errors.Preempted():
            return f"`{bot} status` shows how things stand."
        case errors.TooLate():
            return f"Let the commit end; then `{bot} ship` a branch that reverts it."
        case errors.NothingWarm(before=before) if before and before.commit:
            return f"`{bot} ship {before.commit[:8]}` brings that release back."
        case errors.NothingWarm():
            return f"`{bot} ship <branch>` brings another release."
        case errors.WarmIsDown():
            return f"Nothing was changed. `{bot} hosts` shows why; `{bot} ship` an earlier commit instead."
        case errors.NoPins():
            return "The VIP shows it too."
        case errors.NotYours(verb="verify"):
            return f"`{bot} takeover <reason>` makes it yours."
        case errors.NoRamp(verb=verb, ramp=Ramp()):
            return f"`{bot} {'resume' if verb == 'pause' else 'pause'}` changes that."
        case errors.NoRamp():
            return f"`{bot} rollout 5 25 50 100 every 5m` starts a climb."
        case errors.ApprovalMissing(users=users, usergroups=groups):
            may = (
                f"one of these: {listed(first_of([*groups, *users], MOST_NAMES))}"
                if users or groups
                else "somebody else"
            )
            return f"Ask {may}, who can type `{bot} approve`."
        case errors.OwnApproval() | errors.NobodyToApprove():
            return f"Ask somebody else to type `{bot} approve`."
        case errors.NothingToApprove():
            return f"`{bot} rollout` and `{bot} commit` need nobody else."
        case _:
            return ""


def _about_what(error: errors.Refused, bot: str) -> str:
    """About the ref, production and the checks, and about shippy itself."""
    match error:
        case errors.UnknownRef():
            return "Has it been pushed? Its name must be exact."
        case errors.AmbiguousRef():
            return "Type more of it."
        case errors.ClosedPull(merged=True):
            return "What is merged needs a new branch to be shipped again."
        case errors.ClosedPull():
            return "Open it again, or ship another branch."
        case errors.FromFork(repository=repository, app=app):
            return (
                f"Somebody who has read it can push it to a branch of {repository}; forks: true in the config, under "
                f"apps.{app}, allows all forks."
            )
        case errors.NotOurCommit():
            return f"`{bot} ship` the branch that it is on, or its pull request."
        case errors.UnclearProduction():
            return f"`{bot} hosts` shows what runs where; try again once every host and balancer answers."
        case errors.ChecksBlocked():
            return f"`{bot} checks <branch>` looks again."
        case errors.NothingRefused():
            return f"`{bot} history` shows the last deploys; `{bot} checks <branch>` what the checks say now."
        case errors.Missed():
            return "Type it again if you still want it."
        case errors.NotRecognised():
            return "Do it again if you still want it."
        case errors.ShuttingDown():
            return "Try again when it is back."
        case errors.StandingBy(control=control):
            socket = f", whose local socket is {control}" if control else ""
            return f"It takes over when the other one ends; until then, commands go to that one{socket}."
        case _:
            return ""
