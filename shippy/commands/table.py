"""The table of commands: a new one is a file beside this one, and an entry here."""

from __future__ import annotations

from collections.abc import Mapping

from shippy.commands import (
    abort,
    approve,
    checks,
    climb,
    commit,
    diff,
    history,
    hosts,
    lock,
    logs,
    plan,
    queue,
    retry,
    rollout,
    ship,
    status,
    takeover,
    undo,
    verdict,
    verify,
    why,
)
from shippy.commands.help import help_on
from shippy.commands.verb import Command, Verb

_VERBS: tuple[Verb[Command], ...] = (
    ship.VERB,
    ship.OVERRIDE,
    verify.VERB,
    rollout.VERB,
    climb.PAUSE,
    climb.RESUME,
    verdict.VERB,
    approve.VERB,
    commit.VERB,
    abort.VERB,
    undo.VERB,
    status.VERB,
    checks.VERB,
    plan.VERB,
    why.VERB,
    diff.VERB,
    hosts.VERB,
    logs.VERB,
    history.VERB,
    retry.VERB,
    takeover.VERB,
    queue.QUEUE,
    queue.JOIN,
    queue.LEAVE,
    lock.LOCK,
    lock.UNLOCK,
)

VERBS: Mapping[str, Verb[Command]] = {verb.name: verb for verb in (*_VERBS, help_on(_VERBS))}
