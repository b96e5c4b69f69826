"""What is seen of an app's hosts and balancers beside its deploys: where they do not do what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What of an app can be otherwise than recorded. A container is called by the name of its host."""

    BALANCER = "balancer"
    HOST = "host"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class AppEvent:
    """Something that happened to an app, and not to one of its deploys."""

    app: str


@dataclass(frozen=True, slots=True)
class Drifted(AppEvent):
    """Something does not do what is recorded, or does not tell; `reason` is one line. It is told once."""

    part: Part
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled(AppEvent):
    """Something that had drifted does what is recorded again."""

    part: Part
    name: str


@dataclass(frozen=True, slots=True)
class Mended(AppEvent):
    """Something did not do what is recorded, and was brought back to it."""

    part: Part
    name: str


@dataclass(frozen=True, slots=True)
class Swept(AppEvent):
    """Containers that ended deploys had left on a host were removed; they are told by their names."""

    host: str
    containers: tuple[str, ...]


Seen = Drifted | Settled | Mended | Swept
"""Any of them: what is seen of an app."""
