"""Programs that are measured beside shippy: each is installed by pip into a folder of its own, away from shippy's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shippy-benchmarks"
INSTALL_SECONDS = 400.0


class NotInstalled(Exception):
    """It is not here, and cannot be installed; says why."""


def installed(program: Path, *packages: str) -> Path:
    """A program in the `bin` of an environment of its own, which is made, with these packages, where it is not yet.

    Raises:
        NotInstalled: it cannot be; with the last words of what failed.
    """
    if program.exists():
        return program
    steps: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", program.parent.parent],
        [program.with_name("python"), "-m", "pip", "install", "--quiet", *packages],
    ]
    try:
        for step in steps:
            subprocess.run(step, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)  # noqa: S603 - Python itself
    except subprocess.SubprocessError as error:
        said = getattr(error, "stderr", None) or str(error)
        raise NotInstalled(str(said).strip().splitlines()[-1]) from error
    return program
