"""What a team's own check is told: as JSON over HTTP, and as a command's environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shippy.checks.subject import Subject

LONGEST_DETAIL = 300


def facts_of(subject: Subject) -> dict[str, Any]:
    """The deploy as docs/own-checks.md has it. Fields are only ever added."""
    revision, live = subject.revision, subject.live
    pull = revision.pull
    return {
        "app": subject.app,
        "repository": subject.settings.repository,
        "main": subject.settings.main,
        "ref": revision.ref,
        "branch": revision.branch,
        "commit": revision.commit,
        "pull": {"number": pull.number, "title": pull.title, "url": pull.url, "base": pull.base} if pull else None,
        "image": subject.settings.image.replace("{commit}", revision.commit),
        "live_commit": live.commit if live else None,
        "deploy": subject.deploy,
        "person": subject.person.name,
    }


def environment_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """The same as variables, SHIPPY_PULL_NUMBER being the number in `pull`; one that is null is not there."""
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        flat |= {f"{name}_{key}": one for key, one in value.items()} if isinstance(value, Mapping) else {name: value}
    return {f"SHIPPY_{name.upper()}": str(value) for name, value in flat.items() if value is not None}


def sentence_of(told: str) -> str:
    """What a team's own check says, on one line and short enough for a chat."""
    line = " ".join(told.split())
    return line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 1]}…"
