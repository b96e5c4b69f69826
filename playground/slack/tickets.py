"""The one-time secrets in addresses: WebSocket tickets, and the trigger ids that open a view."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from enum import Enum, auto


class Redeemed(Enum):
    GOOD = auto()
    UNKNOWN = auto()
    USED = auto()
    EXPIRED = auto()


class Tickets:
    """Each is good once, within its seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._expiry: dict[str, float | None] = {}

    def issue(self, purpose: str, seconds: float) -> str:
        ticket = f"{purpose}.{secrets.token_hex(16)}"
        self._expiry[ticket] = self._now() + seconds
        return ticket

    def redeem(self, purpose: str, ticket: str) -> Redeemed:
        if ticket not in self._expiry or not ticket.startswith(f"{purpose}."):
            return Redeemed.UNKNOWN
        expiry = self._expiry[ticket]
        self._expiry[ticket] = None
        if expiry is None:
            return Redeemed.USED
        return Redeemed.GOOD if self._now() <= expiry else Redeemed.EXPIRED
