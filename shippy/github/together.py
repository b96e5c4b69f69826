"""Asks two questions at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import gevent
from github import GithubException

from shippy.errors import ShippyError
from shippy.github.faults import TRANSPORT_ERRORS

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Raised:
    error: Exception


def both(one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
    """Both answers. Raises what one of the two raises, when both have ended; of two errors, that of the first."""
    beside = gevent.spawn(_outcome, other)
    try:
        first, second = _outcome(one), beside.get()
    finally:
        beside.kill()
    if isinstance(first, Raised):
        raise first.error
    if isinstance(second, Raised):
        raise second.error
    return first, second


def _outcome(ask: Callable[[], T]) -> T | Raised:
    """The answer, or the error: a greenlet that ends with an error prints it, although somebody waits for it."""
    try:
        return ask()
    except (ShippyError, GithubException, *TRANSPORT_ERRORS) as error:
        return Raised(error)
