"""What happened, for each error of the tree: one sentence, with no full stop, that also stands in the journal."""

from __future__ import annotations

from shippy import errors
from shippy.errors import ShippyError
from shippy.model import Verdict
from shippy.sentences.phrases import check_line, counted, deployed, listed, short


def explain(error: ShippyError) -> str:
    """The cause, without what to do about it (which is `shippy.sentences.advice`)."""
    match error:
        case errors.Refused():
            return _refusal(error)
        case errors.HostFailed(host, step, reason, exit_code):
            code = "" if exit_code is None else f" (exit code {exit_code})"
            return f"{host} failed while {_doing(step)}: {reason}{code}"
        case errors.TooFewHosts(ready, needed, failures):
            failed = "; ".join(f"{failure.host}: {failure.reason}" for failure in failures)
            return f"only {ready} of the {counted(needed, 'host')} needed came up ({failed})"
        case errors.ImageNotFound(reference, answer):
            return f"there is no image {reference} (the registry says: {answer})"
        case errors.BalancersRefused(failures, stuck):
            refused = "; ".join(f"{name}: {reason}" for name, reason in failures.items())
            rest = f", and {listed(stuck)} could not be put back yet" if stuck else ""
            return f"the traffic stays as it was, because a balancer refused the change ({refused}){rest}"
        case errors.MergeRefused(reason):
            return f"GitHub refused the merge: {reason}"
        case errors.Unavailable(what, why):
            return f"{what} is not available: {why}"
        case errors.JournalFailed(why):
            return f"the journal cannot be used ({why}), and nothing is done that cannot be recorded"
        case errors.InternalError(request):
            return f"that is a bug in shippy; its log tells more under {request}"
        case _:
            return str(error)


def _doing(step: str) -> str:
    return {"ready": "it was ready", "connecting": "it was asked"}.get(step, step)


def _refusal(error: errors.Refused) -> str:
    match error:
        case errors.NotUnderstood(text, problem):
            return f'"{text}": {problem}' if text else problem
        case errors.UnknownApp(None, known):
            return f"which app? There are {listed(known)}"
        case errors.UnknownApp(app, known):
            return f"there is no app {app}; there is {listed(known)}"
        case errors.NotAllowed(right):
            return f"this needs the right to {right}"
        case errors.LockHeld(lock, holder):
            return f"the lock {lock} is held by {holder.owner.name}, who is shipping {deployed(holder)} to {holder.app}"
        case errors.NothingRunning(verb):
            return f"there is no running deploy to {verb}"
        case errors.WrongPhase(verb, phase):
            return f"{verb} is not possible while the deploy is {phase}"
        case errors.StepInFlight(verb, step):
            return f"{verb} has to wait: {step} is still under way"
        case errors.Preempted(step):
            return f"{step} was stopped, because the deploy was aborted"
        case errors.TooLate(merged):
            return f"it is too late to abort: the branch is merged ({short(merged)})"
        case errors.UnknownRef(ref):
            return f'there is no branch, pull request or commit "{ref}"'
        case errors.AmbiguousRef(ref, commits):
            return f"{ref} could be several commits ({listed(short(commit) for commit in commits) or 'too many'})"
        case errors.ClosedPull(number, title, merged):
            return f'pull request #{number} "{title}" is {"merged" if merged else "closed"}'
        case errors.UnclearProduction(app, why):
            return f"what is live of {app} cannot be told for sure: {why}"
        case errors.ChecksBlocked():
            return _blocked(error)
        case errors.ShuttingDown():
            return "shippy is stopping and begins nothing new"
        case _:
            return str(error)


def _blocked(error: errors.ChecksBlocked) -> str:
    passed = sum(result.verdict is Verdict.PASSED for result in error.results)
    blocking = "\n".join(check_line(result) for result in error.blocking)
    return f"{counted(len(error.blocking), 'check')} of {len(error.results)} in the way ({passed} passed):\n{blocking}"
