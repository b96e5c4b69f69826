"""What to type next, for each error where there is something."""

from __future__ import annotations

from shippy import errors
from shippy.errors import ShippyError
from shippy.model import Phase
from shippy.sentences.phrases import listed

NEXT = {
    Phase.CHECKING: "wait for the checks, or stop it with `{bot} abort`",
    Phase.PREPARING: "wait for the hosts, or stop it with `{bot} abort`",
    Phase.VERIFYING: "type `{bot} rollout 5`, `{bot} commit` or `{bot} abort`",
    Phase.ROLLING: "type `{bot} rollout 50`, `{bot} commit` or `{bot} abort`",
    Phase.UNMERGED: "type `{bot} commit` to try the merge again, or `{bot} abort`",
    Phase.COMMITTING: "wait for it, or look with `{bot} status`",
    Phase.ABORTING: "wait for it, or look with `{bot} status`",
}


def advise(error: ShippyError, bot: str) -> str:
    """The next step, as a sentence; empty where there is none."""
    advice = _advice(error, bot)
    return f"{advice[0].upper()}{advice[1:]}." if advice else ""


def _advice(error: ShippyError, bot: str) -> str:
    match error:
        case errors.NotUnderstood(form=None):
            return f"`{bot} help` shows all commands"
        case errors.NotUnderstood(form=form):
            return f"the form is `{bot} {form}`"
        case errors.UnknownApp():
            return f"put its name at the end, or see `{bot} status`"
        case errors.NotAllowed(users=users, usergroups=groups):
            return f"ask one of {listed([*users, *groups])}"
        case errors.LockHeld():
            return f"`{bot} status` shows how far it has come"
        case errors.NothingRunning():
            return f"`{bot} ship <branch>` begins one"
        case errors.WrongPhase(phase=phase):
            return NEXT[phase].format(bot=bot) if phase in NEXT else ""
        case errors.StepInFlight():
            return f"try again in a moment, or `{bot} abort`, which never waits"
        case errors.TooLate():
            return f"wait for the commit to end, and ship a revert with `{bot} ship <branch>`"
        case errors.UnknownRef(near=near) if near:
            return f"did you mean {listed(near)}?".removesuffix("?")
        case errors.AmbiguousRef():
            return "type more of it"
        case errors.ClosedPull():
            return "open it again, or ship another branch"
        case errors.BalancersRefused() | errors.JournalFailed():
            return f"when that is mended, try again; `{bot} abort` works in any case"
        case errors.Unavailable():
            return "try again in a while"
        case errors.ShuttingDown():
            return "try again when it is back"
        case _:
            return ""
