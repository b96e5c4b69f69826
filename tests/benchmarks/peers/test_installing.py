"""Programs that are measured beside shippy are installed where they are missing, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peers.installing import NotInstalled, installed


def test_a_program_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "there"
    program.parent.mkdir()
    program.write_text("as it was")
    assert installed(program, "a-package") == program
    assert program.read_text() == "as it was"


def test_what_cannot_be_installed_says_why_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("a file, where a folder is to be made")
    with pytest.raises(NotInstalled, match=r"^Error: .*in-the-way") as told:
        installed(in_the_way / "program" / "bin" / "program", "a-package")
    assert "\n" not in str(told.value)
