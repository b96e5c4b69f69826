"""Questions that are put to many at once, and whose answers are fetched afterwards: no greenlet each, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Asked(Protocol[T_co]):
    """A question that is under way."""

    def ready(self) -> T_co | None:
        """The answer, if it is here. Never waits, and raises nothing."""

    def wait(self) -> T_co:
        """The answer. Raises Unavailable if there is none, or not in time."""


class Unasked(Generic[T]):
    """A question that is only put once it is waited for. Implements Asked."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask

    def ready(self) -> T | None:
        return None

    def wait(self) -> T:
        return self._ask()
