"""Having a nginx read its files again: old workers finish what they have, new ones take over."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from shippy.config.balancers import Reload
from shippy.errors import Unavailable

PROGRAM = "nginx"


def reload(name: str, how: Reload) -> None:
    """Tell a nginx to reload. With a signal it is still to be seen whether it does: it refuses files in silence.

    Args:
        name: the balancer's name, for errors.

    Raises:
        Unavailable: it cannot be told, or the command has failed; with the command's own last words.
    """
    if how.command:
        _run(name, how)
        return
    try:
        os.kill(master(name, how), signal.SIGHUP)
    except OSError as error:
        raise Unavailable(name, f"it cannot be sent a signal: {(error.strerror or str(error)).lower()}") from error


def master(name: str, how: Reload) -> int:
    """The process that `pid` names, which has to be a nginx: a file that was left may name anybody by now.

    Raises:
        Unavailable: there is none.
    """
    file = how.pid or Path()
    try:
        number = int(file.read_text(encoding="ascii"))
    except OSError as error:
        raise Unavailable(name, f"{file}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise Unavailable(name, f"{file} has no process's number in it") from error
    process = Path(f"/proc/{number}/comm")
    if number <= 1 or (Path("/proc/self").exists() and _text(process) != PROGRAM):
        raise Unavailable(name, f"the process {number} in {file} is no nginx")
    return number


def _run(name: str, how: Reload) -> None:
    """Run the command. Patched by gevent, this lets everybody else go on."""
    try:
        done = subprocess.run(  # noqa: S603 - what the config says, without a shell
            how.command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=how.within,
        )
    except OSError as error:
        raise Unavailable(name, f"{how.command[0]}: {(error.strerror or str(error)).lower()}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(name, f"{how.command[0]} has not ended within {how.within:g} s") from error
    if done.returncode:
        said = done.stdout.strip().splitlines() or ["it said nothing"]
        raise Unavailable(name, f"{how.command[0]} ended with {done.returncode}: {said[-1]}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
