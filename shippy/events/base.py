"""What all events of a deploy have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class DeployEvent:
    """Something that happened to one deploy of one app."""

    begins: ClassVar[bool] = False
    ends: ClassVar[bool] = False

    deploy: str
    app: str
