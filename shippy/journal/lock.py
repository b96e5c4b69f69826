"""One daemon a journal: a lock file beside a SQLite journal, which the kernel lets go when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from shippy.errors import JournalFailed


def lock_file(journal: Path) -> Path:
    """The file whose lock stands for the journal's."""
    return journal.with_name(journal.name + ".lock")


class JournalLock:
    """Held from the moment it is made until `release`, or until the process ends.

    Raises:
        JournalFailed: another process holds it, which is named; or the file cannot be written.
    """

    def __init__(self, journal: Path) -> None:
        path = lock_file(journal)
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, mode=0o600)
        except OSError as error:
            raise JournalFailed(f"{path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise JournalFailed(f"{journal} is used by another shippy (process {holder})") from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let it go. The file stays: removing it would let two processes hold locks on two files of one name."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
