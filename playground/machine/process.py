"""A child process that is awaited until it is ready, keeps a log, and is ended by its own id and never by a name."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOG_LINES_IN_ERROR = 15
PROBE_INTERVAL_SECONDS = 0.02
FROZEN_SECONDS = 1.0
STOPPED = {"T", "Z", "X"}
"""The states of a thread that runs no more."""


class ProcessFailed(RuntimeError):
    """A process ended before it was ready, or was not ready in time. Says how, with the last lines of its log."""


class Process:
    """A running child in a session of its own, so that a Ctrl-C in the terminal reaches its owner only."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self.popen = popen

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        out: Path | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        hold_stdin: bool = False,
        if_owner_dies: signal.Signals | None = None,
    ) -> Process:
        """Start a program; `log` gets its stderr, and its stdout too unless `out` is given.

        Args:
            hold_stdin: its stdin stays open until `stop`, and closes when the owner dies; otherwise it is empty.
            if_owner_dies: what the kernel sends it then (Linux only). The owner is the *thread* that starts it
                (prctl(2), PR_SET_PDEATHSIG), so start it from one that stays.
        """
        arguments = [str(part) for part in command]
        if if_owner_dies and (setpriv := shutil.which("setpriv")):
            arguments = [setpriv, "--pdeathsig", if_owner_dies.name.removeprefix("SIG"), "--", *arguments]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as errors, (out or log).open("ab") as output:
            popen = subprocess.Popen(  # noqa: S603 - the program and its arguments are the playground's own
                arguments,
                stdin=subprocess.PIPE if hold_stdin else subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        return cls(name, popen, log)

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()` is true.

        Raises:
            ProcessFailed: it ended first, or the seconds ran out (then it has been killed).
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ProcessFailed(f"{self.name} ended with {self._ending()}{self.last_lines()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ProcessFailed(f"{self.name} was not ready within {seconds:g} s{self.last_lines()}")
            time.sleep(PROBE_INTERVAL_SECONDS)

    def last_lines(self) -> str:
        """The end of its log, indented, to be put behind a message."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        shown = lines[-LOG_LINES_IN_ERROR:] or ["(it logged nothing)"]
        return "".join(f"\n  {line}" for line in [f"{self.log}:", *shown])

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process itself; nothing happens if it has ended."""
        self.popen.send_signal(number)

    def freeze(self) -> None:
        """Stop it and the children in its session from running until `thaw`; their sockets stay open and silent.

        When this returns it does nothing any more: on a busy machine a thread may go on for a moment after the signal.
        """
        os.killpg(self.pid, signal.SIGSTOP)
        deadline = time.monotonic() + FROZEN_SECONDS
        while self.running and not self._frozen() and time.monotonic() < deadline:
            time.sleep(PROBE_INTERVAL_SECONDS / 10)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self, grace: float = 5.0) -> int:
        """SIGTERM, and SIGKILL after `grace` seconds; may be called again.

        Returns:
            Its exit code, once it has ended; the negative number of the signal that ended it.
        """
        if self.running:
            self.signal(signal.SIGTERM)
            with suppress(ProcessLookupError):
                self.thaw()
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(grace)
        self.kill()
        return int(self.popen.returncode)

    def kill(self) -> None:
        """SIGKILL to it and what is left of its session. Returns when it has ended; may be called again."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()
        if self.popen.stdin:
            self.popen.stdin.close()

    def _frozen(self) -> bool:
        """Whether all its threads are stopped; where there is no /proc, nobody can tell."""
        # A thread may end between the two.
        with suppress(FileNotFoundError, ProcessLookupError):
            told = [stat.read_text() for stat in Path(f"/proc/{self.pid}/task").glob("*/stat")]
            # Behind the program's name in parentheses (proc(5)).
            return all(line.rpartition(")")[2].split()[0] in STOPPED for line in told)
        return False

    def _ending(self) -> str:
        code = self.popen.returncode
        return f"signal {-code}" if code < 0 else f"exit code {code}"
