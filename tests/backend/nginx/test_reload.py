"""Telling a nginx to reload, where that cannot be done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shippy.backend.nginx.reload import reload
from shippy.config.balancers import Reload
from shippy.errors import Unavailable


def refusal(how: Reload) -> str:
    with pytest.raises(Unavailable) as unavailable:
        reload("lb1", how)
    return unavailable.value.why


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["/no/such/program"], "/no/such/program: no such file or directory"),
        (["false"], "false ended with 1: it said nothing"),
        (["sh", "-c", "echo first; echo last >&2; exit 7"], "sh ended with 7: last"),
        (["sleep", "20"], "sleep has not ended within 0.2 s"),
    ],
)
def test_a_command_that_does_not_do_it_is_told(command: list[str], why: str) -> None:
    assert refusal(Reload.model_validate({"command": command, "within": "200ms"})) == why


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    reload("lb1", Reload(command=("true", f"; touch {tmp_path}/made", f"$(touch {tmp_path}/made)")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "nginx", "-1", "0", "1"])
def test_a_file_that_names_nobody_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "nginx.pid"
    file.write_text(content)
    assert refusal(Reload(pid=file)).startswith((f"{file} has no process's number", "the process "))


def test_a_process_that_is_no_nginx_is_sent_nothing(tmp_path: Path) -> None:
    """SIGHUP would end this very process."""
    file = tmp_path / "nginx.pid"
    file.write_text(f"{os.getpid()}\n")
    assert refusal(Reload(pid=file)) == f"the process {os.getpid()} in {file} is no nginx"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refusal(Reload(pid=tmp_path / "gone")) == f"{tmp_path}/gone: no such file or directory"
