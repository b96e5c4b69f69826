"""How the workspace behaves and misbehaves: what a test or a demonstration may turn while it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.slack.errors import RateLimited, Refused

MOST_SOCKETS = 10


@dataclass(slots=True)
class Settings:
    """Behaviour within what Slack documents.

    `redelivery` are the seconds after which an unacknowledged event is sent again, one for each retry; Slack waits
    3 s, then a minute, then five. `answer_seconds` is how long a click or a slash command waits for its
    acknowledgement before the person is told that it failed.
    """

    redelivery: tuple[float, ...] = (3.0, 60.0, 300.0)
    answer_seconds: float = 3.0
    ticket_seconds: float = 30.0
    smart_quotes: bool = False
    per_second: float | None = None
    burst: int = 3


@dataclass(slots=True)
class Faults:
    """What is broken now. Counters say how many more times."""

    down: str = ""
    slow_seconds: float = 0.0
    refuse: int = 0
    too_many: int = 0
    expired_token: int = 0
    ratelimited: dict[str, int] = field(default_factory=dict)
    retry_after: int = 1

    def take(self, counter: str) -> bool:
        """True if the fault named by its counter is due once more; it then has happened."""
        left: int = getattr(self, counter)
        setattr(self, counter, max(0, left - 1))
        return left > 0


class RateLimits:
    """A bucket of tokens for each method and channel.

    Slack lets an app post about one message a second in a channel, with short bursts above that.
    """

    def __init__(self, settings: Settings, faults: Faults, now: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._faults = faults
        self._now = now
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def check(self, method: str, channel: str) -> None:
        """Raises: RateLimited."""
        left = self._faults.ratelimited.get(method, 0)
        if left:
            self._faults.ratelimited[method] = left - 1
            raise RateLimited(self._faults.retry_after)
        per_second = self._settings.per_second
        if per_second is None:
            return
        now = self._now()
        tokens, at = self._buckets.get((method, channel), (float(self._settings.burst), now))
        tokens = min(float(self._settings.burst), tokens + (now - at) * per_second)
        if tokens < 1:
            self._buckets[(method, channel)] = (tokens, now)
            raise RateLimited(max(1, math.ceil((1 - tokens) / per_second)))
        self._buckets[(method, channel)] = (tokens - 1, now)


def expired(faults: Faults) -> None:
    """Raises: Refused: token_expired, if that fault is due."""
    if faults.take("expired_token"):
        raise Refused("token_expired")
