"""python -m tests.lanes: all tests, in three runs of pytest side by side.

Most tests that need hosts, balancers or a browser wait for these most of the time, and the others need the processor.
Each line is printed with the name of its run; the exit code is 0 only if all passed. What is added to the command goes
to each.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
LANES = {
    "worlds": ("tests/story", "tests/browser", "tests/breaking"),
    "machines": ("tests/integration", "tests/contract/test_fleet.py"),
}


def main(arguments: Sequence[str]) -> int:
    others = [f"--ignore={folder}" for chosen in LANES.values() for folder in chosen]
    runs = {name: _start(*chosen, *arguments) for name, chosen in {**LANES, "others": others}.items()}
    readers = [threading.Thread(target=_tell, args=run) for run in runs.items()]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    codes = {name: run.wait() for name, run in runs.items()}
    sys.stdout.write(f"{', '.join(f'{name}: {_words(code)}' for name, code in codes.items())}.\n")
    return int(any(codes.values()))


def _start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=10", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _tell(name: str, run: subprocess.Popen[str]) -> None:
    for line in run.stdout or ():
        sys.stdout.write(f"{name} | {line}")
        sys.stdout.flush()


def _words(code: int) -> str:
    return "passed" if code == 0 else f"failed ({code})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
