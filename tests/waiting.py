"""Waiting, bounded, for what cannot be awaited as an event: a program of somebody else's that comes up."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import gevent

LOOK_SECONDS = 0.02


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it holds within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        gevent.sleep(LOOK_SECONDS)
    return True


def connects(where: tuple[str, int]) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection(where, timeout=5):
            return True
    except OSError:
        return False
