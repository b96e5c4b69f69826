"""The phases of a deploy: which event brings it into which, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping

from shippy.events import (
    Aborted,
    Aborting,
    Committed,
    Committing,
    DeployEvent,
    DeployRefused,
    Event,
    Failed,
    MergeFailed,
    Prepared,
    Preparing,
    ShareChanged,
    Undoing,
    Undone,
)
from shippy.model import Phase

ENTERED_BY: Mapping[type[DeployEvent], Phase] = {
    DeployRefused: Phase.REFUSED,
    Preparing: Phase.PREPARING,
    Prepared: Phase.VERIFYING,
    ShareChanged: Phase.ROLLING,
    Committing: Phase.COMMITTING,
    MergeFailed: Phase.UNMERGED,
    Committed: Phase.COMMITTED,
    Aborting: Phase.ABORTING,
    Aborted: Phase.ABORTED,
    Failed: Phase.FAILED,
    Undoing: Phase.UNDOING,
    Undone: Phase.UNDONE,
}

FOLLOWERS: Mapping[Phase, frozenset[Phase]] = {
    Phase.CHECKING: frozenset({Phase.PREPARING, Phase.REFUSED, Phase.ABORTING}),
    Phase.PREPARING: frozenset({Phase.VERIFYING, Phase.ABORTING}),
    Phase.VERIFYING: frozenset({Phase.ROLLING, Phase.COMMITTING, Phase.ABORTING}),
    Phase.ROLLING: frozenset({Phase.ROLLING, Phase.COMMITTING, Phase.ABORTING}),
    Phase.COMMITTING: frozenset({Phase.COMMITTING, Phase.COMMITTED, Phase.UNMERGED, Phase.ABORTING}),
    Phase.UNMERGED: frozenset({Phase.COMMITTING, Phase.ROLLING, Phase.ABORTING}),
    Phase.ABORTING: frozenset({Phase.ABORTING, Phase.ABORTED, Phase.FAILED}),
    Phase.COMMITTED: frozenset({Phase.UNDOING}),
    Phase.UNDOING: frozenset({Phase.UNDOING, Phase.UNDONE}),
    Phase.UNDONE: frozenset(),
    Phase.REFUSED: frozenset(),
    Phase.FAILED: frozenset(),
    Phase.ABORTED: frozenset(),
}


class IllegalTransition(Exception):
    """A bug: an event that cannot happen in the phase that the deploy is in."""


def after(phase: Phase, event: DeployEvent) -> Phase:
    """The phase of a deploy once the event has happened to it. What has happened is not argued with."""
    return ENTERED_BY.get(type(event), phase)


def check(phase: Phase, event: Event) -> None:
    """Raises IllegalTransition for an event that must not happen in this phase, before it is recorded."""
    entered = ENTERED_BY.get(type(event)) if isinstance(event, DeployEvent) else None
    if entered is not None and entered not in FOLLOWERS[phase]:
        raise IllegalTransition(f"{type(event).__name__} in phase {phase}")


def may_enter(phase: Phase, following: Phase) -> bool:
    return following in FOLLOWERS[phase]
