"""What is missing is found, and told with the way to get it."""

from __future__ import annotations

import sys
from pathlib import Path

from playground.machine.packages import BUSYBOX, NEEDS, Need, how_to_get, is_static

NOWHERE = Need(("no-such-program",), "no-such-package", "brew install nothing")


def test_a_program_is_found_by_any_of_its_names() -> None:
    assert Need(("no-such-program", "sh"), "dash", "").found()
    assert NOWHERE.found() is None


def test_a_file_is_found_by_its_path() -> None:
    assert Need((__file__,), "this", "").found() == __file__


def test_every_program_comes_from_a_package() -> None:
    assert all(need.names and need.debian for need in NEEDS)


def test_what_is_missing_is_told_with_one_command_to_get_it() -> None:
    told = how_to_get([NOWHERE])
    assert "missing: no-such-program" in told
    if sys.platform != "darwin":
        assert told.endswith("apt-get install --no-install-recommends no-such-package")


def test_a_busybox_that_needs_a_loader_is_not_enough() -> None:
    found = BUSYBOX.found()
    assert found
    assert is_static(Path(found))
    assert not is_static(Path(sys.executable))
    assert not is_static(Path(__file__))
