"""Files that must outlive whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import gevent
from gevent.lock import BoundedSemaphore

from shippy.errors import Unavailable


class Shelf:
    """Writes files in a thread, one write after the other: a disk takes its time, in which nothing else would run.

    Args:
        name: whose files they are, for errors.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._turn = BoundedSemaphore(1)

    def put(self, contents: Mapping[Path, str]) -> None:
        """Replace these files, each as a whole; on disk when it returns.

        Raises:
            Unavailable: one of them cannot be written, and those after it were not.
        """
        # A thread cannot be stopped: who is killed here leaves one behind, and whoever writes next waits for its end.
        failure = gevent.spawn(self._put_in_a_thread, contents).get()
        if failure is not None:
            raise failure

    def _put_in_a_thread(self, contents: Mapping[Path, str]) -> Unavailable | None:
        with self._turn:
            failure: Unavailable | None = gevent.get_hub().threadpool.apply(self._put, (contents,))
            return failure

    def _put(self, contents: Mapping[Path, str]) -> Unavailable | None:
        for path, text in contents.items():
            try:
                replace(path, text)
            except OSError as error:
                return Unavailable(self._name, f"{path}: {(error.strerror or str(error)).lower()}")
        return None


def replace(path: Path, text: str) -> None:
    """Replace a file as a whole, if it says something else: written beside (".NAME.new"), synced, renamed.

    Raises:
        OSError: the folder cannot be written to.
    """
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
