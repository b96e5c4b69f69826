"""What a check is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shippy.config.schema import App
from shippy.model import CheckResult, Revision
from shippy.ports import CodeHost


@dataclass(frozen=True, slots=True)
class Subject:
    """The revision that somebody wants to ship, the app's settings, and where to ask about it."""

    revision: Revision
    settings: App
    code: CodeHost


Check = Callable[[Subject], tuple[CheckResult, ...]]
"""One check: its results, none where the config does not ask for it.

It may raise Unavailable: its verdict is then `unreadable`, which blocks.
"""
