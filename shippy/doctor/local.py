"""This machine: the journal, and the place of the control socket."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from shippy.doctor.findings import Finding, Findings, missing, ok
from shippy.errors import JournalFailed
from shippy.journal.looking import look

CONNECT_SECONDS = 2.0


def journal(url: str) -> Findings:
    try:
        state = look(url)
    except JournalFailed as error:
        yield missing(f"the journal cannot be opened: {error.why}")
        return
    if state.holder:
        yield ok(f"{state.where} is open in a running shippy ({state.holder}), as it should be")
    elif state.version:
        yield ok(f"{state.where} can be opened")
    else:
        yield ok(f"{state.where} is not there yet; shippy makes it when it first starts")
    for line in state.unfit:
        yield missing(f"{state.where}: {line}")
    if state.file is not None:
        yield _writable(state.file, "the journal")


def control_socket(path: Path) -> Findings:
    if path.is_socket() and (finding := _asked(path)):
        yield finding
    yield _writable(path, "the control socket", itself=False)


def _asked(path: Path) -> Finding | None:
    """What answers on a socket; None for one that a daemon has left behind, which the next one replaces."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            return missing(f"{path} cannot be opened ({why}): run this as the user that shippy runs as")
    return ok(f"{path} is answered by a running shippy")


def _writable(file: Path, what: str, *, itself: bool = True) -> Finding:
    """Whether a file can be written, or made where it is not there yet, with its folder."""
    if itself and file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return missing(f"{what}'s file {file} cannot be read and written by this user: let it have the file")
    folder = file.parent
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return missing(f"{what}'s folder {folder} cannot be written to: make it, for the user that shippy runs as")
    return ok(f"{folder} can be written to" if there == folder else f"{folder} can be made in {there}")
