"""What happened, for each error: a clause without a full stop, which stands alone or after a colon."""

from __future__ import annotations

from shippy import errors
from shippy.errors import ShippyError
from shippy.model import NONE, Ramp
from shippy.sentences import approving
from shippy.sentences.merging import refused
from shippy.sentences.phrases import (
    blocked,
    check_line,
    counted,
    deployed,
    duration,
    failed,
    listed,
    moment,
    quoted,
    refused_by,
    short,
    summary,
)
from shippy.sentences.waiting import until_when


def explain(error: ShippyError) -> str:
    """The cause, without what to do about it (which is `shippy.sentences.advice`)."""
    match error:
        case errors.NothingRefused(ref):
            return f"no deploy{f' of {quoted(ref)}' if ref else ''} has been refused or has failed lately"
        case errors.Refused():
            return _refusal(error)
        case errors.HostFailed(host, step, reason, exit_code):
            return failed(host, step, reason, exit_code)
        case errors.TooFewHosts(ready, needed, failures):
            why = f": {summary(failures)} failed" if failures else ""
            came = f"only {counted(ready, 'host')}" if ready else "no host"
            return f"{came} came up, but {needed} {'is' if needed == 1 else 'are'} needed{why}"
        case errors.ImageNotFound(reference, answer):
            return f"there is no image {reference} (the registry says: {answer})"
        case errors.BalancersRefused(failures, stuck):
            rest = f", and {listed(stuck)} could not be put back yet" if stuck else ", so no balancer has it"
            return f"the change was refused by {refused_by(failures.items())}{rest}"
        case errors.MergeRefused():
            return refused(error)
        case errors.Unavailable(what, why):
            return f"{what} is not available: {why}"
        case errors.ConfigInvalid(file=file, problems=problems):
            wrong = "; ".join(f"{problem.path}: expected {problem.expected}" for problem in problems)
            return f"the config file {file} has {counted(len(problems), 'mistake')}: {wrong}"
        case errors.JournalFailed(why):
            return f"the journal cannot be used ({why}), and what cannot be recorded is not done"
        case errors.LeaseLost(why):
            return f"the journal's lease is lost ({why}), so this shippy stops: another one may be active"
        case errors.InternalError(request):
            return f"that is a bug in shippy; look for {request} in its log"
        case _:
            return str(error)


def _refusal(error: errors.Refused) -> str:
    return _of_people(error) or _of_deploys(error) or _of_what(error) or str(error)


def _of_people(error: errors.Refused) -> str | None:
    """About the words, who may, and whose turn it is."""
    match error:
        case errors.NotUnderstood(text, problem):
            return f"{quoted(text)}: {problem}"
        case errors.UnknownApp(None, known):
            return f"which app is meant: {listed(known, 'or')}?"
        case errors.UnknownApp(str(app), known):
            return f"there is no app {quoted(app)}, only {listed(known)}"
        case errors.UnknownHost(host, known):
            return f"there is no host {quoted(host)}, only {listed(known)}"
        case errors.NothingToRead(app):
            return f"no container of {app} has a log to read"
        case errors.NotAllowed(right):
            return f"this needs the right to {right}"
        case errors.NotHere(right):
            return f"the right to {right} does not hold here"
        case errors.NoLogin(repository):
            return f"only people who can push to {repository} can do this, and I do not know who you are on GitHub"
        case errors.MayNotPush(login, repository):
            return f"only people who can push to {repository} can do this, and {login} cannot"
        case errors.LockHeld():
            return _held(error)
        case errors.ShipsClosed(closure=closure):
            reason = closure.reason.removesuffix(".")
            return f"ships are locked{until_when(closure.until)}, by {closure.by.name}: {reason}"
        case errors.NotYourTurn(lock, first):
            return f"the lock {lock} is free, but {first.name} has waited for it, and it is their turn"
        case errors.NotWaiting(lock):
            return f"you are not waiting for the lock {lock}"
        case errors.NotLocked():
            return "nobody has locked ships"
        case _:
            return None


def _of_deploys(error: errors.Refused) -> str | None:
    """About the deploy that runs, or that should."""
    match error:
        case errors.NothingToRetry():
            return "there is nothing to retry: no host of this deploy has failed"
        case errors.AlreadyYours():
            return "this deploy is yours already"
        case errors.StaleButton(verb):
            return f"this deploy is over, so {verb} is no longer possible"
        case errors.NothingRunning(verb):
            return f"there is no running deploy to {'roll out' if verb == 'rollout' else verb}"
        case errors.WrongPhase(verb, phase):
            return f"{verb} is not possible while the deploy is {phase}"
        case errors.StepInFlight(verb, step):
            return f"{verb} has to wait: {_the(step)} is still under way"
        case errors.Preempted(step):
            return f"{_the(step)} was stopped, because the deploy was aborted"
        case errors.TooLate(merged):
            return f"it is too late to abort: the branch is merged ({short(merged)})"
        case errors.NothingWarm(before=None):
            return "there is no earlier release to go back to"
        case errors.NothingWarm(warm=0):
            return "the containers from before are gone: traffic.warm in the config is 0s"
        case errors.NothingWarm(warm=warm):
            return f"the containers from before are gone: they stay for {duration(warm)} after a commit"
        case errors.WarmIsDown():
            return "the containers from before are still there, but none of them passes its health check"
        case errors.NoPins(why):
            return f"there is no link that shows the new release to your browser alone: {why}"
        case errors.NotYours(verb, owner):
            return f"{verb} is for the owner of the deploy, {owner.name}"
        case errors.NoRamp(verb="pause", ramp=Ramp()):
            return "the climb is paused already"
        case errors.NoRamp(ramp=Ramp()):
            return "the climb is not paused"
        case errors.NoRamp(verb):
            return f"there is nothing to {verb}: the share does not climb by itself"
        case errors.ApprovalMissing():
            return approving.missing(error)
        case errors.OwnApproval():
            return approving.not_ones_own(error)
        case errors.NothingToApprove(app):
            return f"nothing of {app} needs to be approved"
        case errors.NobodyToApprove():
            return "approving is for people in the chat: in the shell, nobody can tell who you are"
        case _:
            return None


def _of_what(error: errors.Refused) -> str | None:
    """About the ref, production and the checks, and about shippy itself."""
    match error:
        case errors.UnknownRef(ref, near):
            closest = f"; near it: {listed(near)}" if near else ""
            return f"there is no branch, pull request or commit {quoted(ref)}{closest}"
        case errors.AmbiguousRef(ref, commits):
            meant = f": {listed(map(short, commits), 'or')}" if commits else ""
            return f"several commits begin with {ref}{meant}"
        case errors.ClosedPull(number, title, merged):
            return f'pull request #{number} "{title}" is {"already merged" if merged else "closed"}'
        case errors.FromFork(ref, fork, repository):
            return f"{quoted(ref)} is from the fork {fork}, and only what is in {repository} itself is shipped"
        case errors.NotOurCommit(commit, repository):
            return (
                f"no branch or pull request of {repository} is known to have the commit {short(commit)}; GitHub shows "
                "the commits of forks as well"
            )
        case errors.UnclearProduction(app, why):
            return f"I cannot tell for sure what is live of {app}: {why}"
        case errors.ChecksBlocked(results, waited):
            blocking = [check_line(result) for result in error.blocking]
            after = f", after {duration(waited)} of waiting" if waited else ""
            return "\n".join([f"{blocked(len(blocking), len(results))}{after}:", *blocking])
        case errors.Missed(away_seconds=away):
            return f"I was away for {duration(away)}, so this was not run"
        case errors.NotRecognised(waited_seconds=waited):
            return f"Slack did not say for {duration(waited)} who you are, so this was not run"
        case errors.ShuttingDown():
            return "shippy is stopping; it starts nothing new, and goes on with what has begun when it is back"
        case errors.StandingBy(holder):
            active = f"{holder} is active" if holder else "the journal's database does not say who is active"
            return f"this shippy is on standby: {active}"
        case _:
            return None


def _held(error: errors.LockHeld) -> str:
    holder = error.holder
    share = f", {holder.share} of the traffic" if holder.share != NONE else ""
    return (
        f"the lock {error.lock} is held by {holder.owner.name}, who is shipping {deployed(holder)} to {holder.app} "
        f"({holder.phase}{share}, since {moment(holder.started)})"
    )


def _the(step: str) -> str:
    return step if step.startswith("the ") else f"the {step}"
