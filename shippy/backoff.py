"""How long to wait before asking somebody again who did not answer."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Pauses in seconds that double from `first` up to `most`, each shortened by chance by up to a half.

    Chance keeps daemons that lost somebody together from coming back together.
    """

    def __init__(self, first: float = 0.5, most: float = 30.0, chance: Callable[[], float] = random.random) -> None:
        self._first = first
        self._most = most
        self._chance = chance
        self._next = first

    def pause(self, at_least: float | None = None) -> float:
        """The next pause, and never less than was asked for (a Retry-After)."""
        pause = self._next * (1 - self._chance() / 2)
        self._next = min(self._next * 2, self._most)
        return max(pause, at_least or 0.0)

    def reset(self) -> None:
        self._next = self._first
