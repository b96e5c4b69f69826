"""What must have become of a deploy: the recovery table of docs/design.md, as data."""

from __future__ import annotations

from collections.abc import Mapping

from shippy.model import Deploy, Phase

AFTER_A_KILL: Mapping[Phase, frozenset[Phase]] = {
    Phase.CHECKING: frozenset({Phase.REFUSED}),
    Phase.PREPARING: frozenset({Phase.FAILED}),
    Phase.VERIFYING: frozenset({Phase.VERIFYING}),
    Phase.ROLLING: frozenset({Phase.ROLLING}),
    Phase.UNMERGED: frozenset({Phase.UNMERGED}),
    Phase.COMMITTING: frozenset({Phase.COMMITTED}),
    Phase.ABORTING: frozenset({Phase.ABORTED, Phase.FAILED}),
    Phase.UNDOING: frozenset({Phase.UNDONE}),
}

# A fault may be in the way of a command, which is then taken back or waits for a person; never is anything in between.
WITH_A_FAULT: Mapping[str, frozenset[Phase]] = {
    "ship": frozenset({Phase.VERIFYING, Phase.FAILED, Phase.REFUSED}),
    "rollout": frozenset({Phase.VERIFYING, Phase.ROLLING}),
    "commit": frozenset({Phase.COMMITTED, Phase.ROLLING, Phase.COMMITTING}),
    "abort": frozenset({Phase.ABORTED}),
    "undo": frozenset({Phase.UNDONE, Phase.COMMITTED}),
}

# Words of which one is in what the channel can read by then, in lower case.
TOLD: Mapping[Phase, tuple[str, ...]] = {
    Phase.REFUSED: ("not shipped", "refused"),
    Phase.FAILED: ("failed",),
    Phase.ABORTED: ("aborted",),
    Phase.COMMITTED: ("live: ", "done: "),
    Phase.UNDONE: ("undone",),
}
STILL_RUNNING = ("restarted",)


def after_a_kill(deploy: Deploy | None) -> frozenset[Phase] | None:
    """The phases that the last deploy may come to when its daemon was killed in the state that the journal tells."""
    if deploy is None:
        return None
    return AFTER_A_KILL.get(deploy.phase, frozenset({deploy.phase}))


def after_an_abort(deploy: Deploy | None) -> frozenset[Phase] | None:
    """What an abort makes of it: taken back, unless it is merged, or had ended by itself."""
    if deploy is None:
        return None
    if deploy.phase in {Phase.UNDOING, Phase.UNDONE}:
        return frozenset({Phase.UNDONE})
    if deploy.merged:
        return frozenset({Phase.COMMITTED})
    return frozenset({Phase.ABORTED, Phase.REFUSED, Phase.FAILED} & {deploy.phase} or {Phase.ABORTED})
