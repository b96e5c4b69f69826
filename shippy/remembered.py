"""Answers that are remembered for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import inf
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The answers of `ask`, each for so many seconds, and at most so many of them. What it raises is not remembered."""

    def __init__(
        self, ask: Callable[[str], Value], seconds: float, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._now = now
        self._answers: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def known(self, key: str, longer: float) -> Value | None:
        """What was answered, for so many seconds longer than it is remembered; None where nothing was. Asks nobody."""
        until, answer = self._answers.get(key, (-inf, None))
        return answer if self._now() < until + longer else None

    def __call__(self, key: str) -> Value:
        known = self._answers.get(key)
        if known is not None and self._now() < known[0]:
            return known[1]
        answer = self._ask(key)
        self._answers.pop(key, None)
        self._answers[key] = (self._now() + self._seconds, answer)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return answer
