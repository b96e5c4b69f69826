"""The ways to ship: past some checks, and once they are green."""

from __future__ import annotations

from datetime import datetime

from shippy.events import Started
from shippy.model import CheckResult, Deploy
from shippy.sentences.phrases import listed, moment


def started(event: Started) -> str:
    begun = f"{event.owner.name} ships {event.ref} to {event.app}"
    if event.override:
        begun = f"{begun}, whatever the checks that may be skipped say: {event.override.removesuffix('.')}"
    green = ", and waiting for those that are pending" if event.when_green else ""
    return f"{begun}. The lock {event.lock} is taken; running the checks{green}."


def skipped(deploy: Deploy, results: tuple[CheckResult, ...]) -> str:
    """Why checks are skipped, and which: each by its name, with what it said."""
    verdicts = dict.fromkeys(result.verdict for result in results if result.skipped)
    lines = [f"{deploy.owner.name} overrides the checks: {deploy.override.removesuffix('.')}."]
    for verdict in verdicts:
        names = listed(result.name for result in results if result.skipped and result.verdict is verdict)
        lines.append(f"Skipped, though {verdict}: {names}.")
    return "\n".join(lines)


def waiting(deploy: Deploy, until: datetime, bot: str) -> str:
    pending = listed(result.name for result in deploy.checks if result.in_the_way)
    return (
        f"Waiting for {pending}, until {moment(until)} at the latest, with the lock {deploy.lock} held. It goes on "
        f"once all is green, and stops when a check fails; `{bot} abort` stops it now."
    )


def pulled(deploy: Deploy) -> str:
    """Which hosts have the image of a deploy that was refused, with a space before it; empty where none has."""
    return f" The image is on {listed(deploy.pulled)} by now." if deploy.pulled else ""
