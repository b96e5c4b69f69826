"""A world: a numbered folder for one set of machines, held by a lock for as long as the one who claimed it lives."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from playground.machine.leftovers import record_process, sweep
from playground.machine.packages import search_path
from playground.machine.process import Process

NUMBERS = range(1, 250)


class Place(Protocol):
    """Somewhere that programs run: an address at which they answer, and a folder for their files and logs."""

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def folder(self) -> Path: ...

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Process: ...


class NoWorldLeft(RuntimeError):
    """Every number is taken by a living world."""


def state_folder() -> Path:
    """Where the worlds of this user are. Short, because the sockets in it may have paths of 104 characters at most."""
    return Path(os.environ.get("SHIPPY_PLAYGROUND_STATE") or f"/var/tmp/shippy-playground-{os.getuid()}")  # noqa: S108 - the folder is made with mode 0700


class World:
    """Everything started through a world is ended by `close`, and swept away by anyone if its owner was killed."""

    def __init__(self, number: int, folder: Path, lock: int) -> None:
        self.number = number
        self.folder = folder
        self._lock = lock
        self._processes: list[Process] = []

    @classmethod
    def claim(cls, state: Path | None = None, is_free: Callable[[int], bool] = lambda _: True) -> World:
        """Sweep what dead worlds left, and take the first number that is free.

        Args:
            is_free: says of a number whether nobody outside these worlds uses what belongs to it.

        Raises:
            NoWorldLeft: there is none.
        """
        state = state or state_folder()
        clean(state)
        for number in NUMBERS:
            if is_free(number) and (lock := _try_lock(state / f"{number}.lock")) is not None:
                folder = state / str(number)
                sweep(folder)
                folder.mkdir(mode=0o700)
                return cls(number, folder, lock)
        raise NoWorldLeft(f"all of the worlds in {state} are alive")

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Process:
        """Start a program that ends with this world. Its log is `<name>.log` in the world's folder.

        Args:
            env: its environment, to which the PATH is added; left out, it is this process's own.
        """
        log = self.folder / f"{name}.log"
        env = {**(os.environ if env is None else env), "PATH": search_path()}
        process = Process.start(name, command, log, env=env, cwd=self.folder, if_owner_dies=signal.SIGKILL)
        record_process(self.folder, process.pid, name)
        self._processes.append(process)
        return process

    def here(self, name: str) -> Loopback:
        """A place on this very machine, with a folder of its own."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return Loopback(self, name, folder)

    def close(self) -> None:
        """End what still runs, last started first, and remove the folder. May be called again."""
        if self._lock < 0:
            return
        while self._processes:
            self._processes.pop().kill()
        sweep(self.folder)
        _unlock(self.folder.with_suffix(".lock"), self._lock)
        self._lock = -1

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Loopback:
    """A place that shares this machine's own address with all others of its kind."""

    address = "127.0.0.1"

    def __init__(self, world: World, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._world = world

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Process:
        return self._world.start(f"{self.name}-{name}", command, env=env)


def clean(state: Path | None = None) -> list[Path]:
    """Remove what killed worlds left; a living one is known by its lock and not touched. Says which were removed."""
    state = state or state_folder()
    removed = []
    for path in sorted(state.glob("*.lock")):
        if (lock := _try_lock(path)) is not None:
            sweep(path.with_suffix(""))
            _unlock(path, lock)
            removed.append(path.with_suffix(""))
    return removed


def _try_lock(path: Path) -> int | None:
    """The lock's file descriptor, or None while somebody else has it. Not inherited by the processes of its owner."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:  # the last world has just removed the state folder
        return _try_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = path.exists() and os.path.samestat(path.stat(), os.fstat(lock))
    except OSError:
        held = False
    if not held:
        os.close(lock)
        return None
    return lock


def _unlock(path: Path, lock: int) -> None:
    path.unlink(missing_ok=True)
    os.close(lock)
    with suppress(OSError):  # other worlds are still there
        path.parent.rmdir()
