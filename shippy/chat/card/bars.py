"""Bars made of characters."""

from __future__ import annotations

LENGTH = 10
FULL, EMPTY = "▰", "▱"


def bar(part: float, whole: float) -> str:
    """How much of the whole: something is never shown as nothing, nor almost all as all."""
    filled = int(LENGTH * part / whole + 0.5) if whole else 0
    if 0 < part < whole:
        filled = min(max(filled, 1), LENGTH - 1)
    filled = min(max(filled, 0), LENGTH)
    return FULL * filled + EMPTY * (LENGTH - filled)
