"""Processes that behave, die early, never get ready, and do not want to go."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.machine.process import Process, ProcessFailed

Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Process] = []

    def python(code: str, *, hold_stdin: bool = False) -> Process:
        log = tmp_path / "program.log"
        process = Process.start("program", [sys.executable, "-u", "-c", code], log, hold_stdin=hold_stdin)
        started.append(process)
        return process

    yield python
    for process in started:
        process.kill()


def says(process: Process, word: str) -> Callable[[], bool]:
    return lambda: word in process.log.read_text()


def test_a_process_that_dies_at_its_start_is_told_with_its_exit_code_and_last_lines(start: Start) -> None:
    process = start("import sys; print('first line'); print('no such file', file=sys.stderr); sys.exit(3)")
    with pytest.raises(ProcessFailed, match="program ended with exit code 3") as failed:
        process.wait_until(lambda: False, seconds=10)
    assert "first line" in str(failed.value)
    assert "no such file" in str(failed.value)


def test_a_process_that_a_signal_ended_is_told_with_the_signal(start: Start) -> None:
    process = start("import os, signal; os.kill(os.getpid(), signal.SIGABRT)")
    with pytest.raises(ProcessFailed, match="ended with signal 6"):
        process.wait_until(lambda: False, seconds=10)


def test_a_process_that_is_not_ready_in_time_is_ended(start: Start) -> None:
    process = start("import time; print('starting'); time.sleep(60)")
    process.wait_until(says(process, "starting"), seconds=10)
    with pytest.raises(ProcessFailed, match=r"not ready within 0\.1 s"):
        process.wait_until(lambda: False, seconds=0.1)
    assert not process.running


def test_stop_lets_a_process_end_in_its_own_way(start: Start) -> None:
    process = start(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit('said goodbye'))\n"
        "print('ready'); time.sleep(60)"
    )
    process.wait_until(says(process, "ready"), seconds=10)
    process.stop()
    assert "said goodbye" in process.log.read_text()


def test_stop_ends_a_process_that_ignores_sigterm(start: Start) -> None:
    process = start(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(60)"
    )
    process.wait_until(says(process, "ready"), seconds=10)
    process.stop(grace=0.1)
    assert process.popen.returncode == -signal.SIGKILL
    process.stop()


def test_stop_ends_a_frozen_process(start: Start) -> None:
    process = start("import time; print('ready'); time.sleep(60)")
    process.wait_until(says(process, "ready"), seconds=10)
    process.freeze()
    process.stop()
    assert process.popen.returncode == -signal.SIGTERM


def test_none_of_the_threads_of_a_frozen_process_runs(start: Start) -> None:
    busy = "lambda: [None for _ in iter(int, 1)]"
    process = start(f"import threading; [threading.Thread(target={busy}).start() for _ in range(8)]; print('ready')")
    process.wait_until(says(process, "ready"), seconds=10)
    process.freeze()
    # Only Linux tells; elsewhere there are none.
    states = {
        stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{process.pid}/task").glob("*/stat")
    }
    assert states <= {"T"}


def test_the_stdin_that_is_held_open_ends_with_stop(start: Start) -> None:
    process = start("import sys; print('ready'); sys.stdin.read(); print('stdin ended')", hold_stdin=True)
    process.wait_until(says(process, "ready"), seconds=10)
    assert process.running
    process.stop()
    assert process.popen.stdin is not None
    assert process.popen.stdin.closed
