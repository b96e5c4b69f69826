"""The journal of a dead daemon: read as far as it can be, and written only for an abort."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shippy.errors import JournalFailed
from shippy.journal import open_journal
from shippy.journal.holding import Guard
from shippy.journal.looking import look, open_to_read
from shippy.journal.opening import NOBODY
from shippy.ports import Journal

CONNECT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Book:
    """`journal` is None where there is none that can be read. `problem` is one line, empty where all is well."""

    journal: Journal | None
    writable: bool = False
    problem: str = ""


def daemon(url: str, control: Path) -> str | None:
    """Who has the journal: a running daemon, by the lock beside the journal or by its control socket; or nobody."""
    try:
        holder = look(url).holder
    except JournalFailed:
        holder = None
    if holder:
        return holder
    return f"it answers at {control}" if _answered(control) else None


@contextmanager
def opened(url: str, *, writing: bool, guard: Guard = NOBODY) -> Iterator[Book]:
    """The journal, as far as it can be had. Nothing is made, moved or mended; writing locks daemons out meanwhile."""
    try:
        state = look(url)
    except JournalFailed as error:
        yield Book(None, problem=error.why)
        return
    if state.file is not None and not state.file.exists():
        yield Book(None, problem=f"{state.where} is not there")
        return
    if state.file is None and not state.version:
        yield Book(None, problem=f"{state.where} has no journal yet")
        return
    problem = ""
    if writing:
        try:
            with closing(open_journal(url, guard=guard)) as journal:
                yield Book(journal, writable=True)
                return
        except JournalFailed as error:
            problem = error.why
    try:
        with closing(open_to_read(url)) as journal:
            yield Book(journal, problem=problem)
    except JournalFailed as error:
        yield Book(None, problem=error.why)


def _answered(control: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(str(control))
        except OSError:
            return False
    return True
