"""A check by a command: real programs, their exit codes, and what becomes of their processes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import gevent
import pytest

from shippy.checks import Subject, run_checks
from shippy.model import CheckResult, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost
from tests.waiting import eventually


def subject(*command: str, **settings: Any) -> Subject:
    code = FakeCodeHost()
    code.commit("feature-x")
    own = {"look": {"command": list(command), **settings}}
    return subject_of(code, up_to_date=False, commands=own)


def shell(script: str, **settings: Any) -> CheckResult:
    (found,) = run_checks(subject("/bin/sh", "-c", script, **settings))
    assert found.name == "look"
    return found


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, Verdict.PASSED),
        (1, Verdict.FAILED),
        (75, Verdict.PENDING),
        (2, Verdict.UNREADABLE),
        (127, Verdict.UNREADABLE),
    ],
)
def test_the_exit_code_is_the_verdict_and_the_first_line_the_sentence(code: int, verdict: Verdict) -> None:
    found = shell(f"echo 'two migrations'; echo more; exit {code}")
    assert found.verdict is verdict
    assert "two migrations" in found.detail
    assert "more" not in found.detail


def test_a_program_that_a_signal_ends_is_unreadable() -> None:
    found = shell("kill -TERM $$")
    assert (found.verdict, found.detail) == (
        Verdict.UNREADABLE,
        "sh is not available: it ended with the signal SIGTERM",
    )


def test_a_program_that_is_not_there_is_unreadable() -> None:
    (found,) = run_checks(subject("/nowhere/look"))
    assert found.verdict is Verdict.UNREADABLE
    assert "No such file" in found.detail


def test_no_shell_reads_what_is_given() -> None:
    (found,) = run_checks(subject("/bin/echo", "$HOME; exit 1", "*"))
    assert (found.verdict, found.detail) == (Verdict.PASSED, "$HOME; exit 1 *")


def test_it_gets_the_deploy_in_its_environment_and_no_secrets_of_shippys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2")
    about = subject("/bin/sh", "-c", f"env > {tmp_path}/told", environment={"MORE": "x"})
    run_checks(about)
    told = dict(line.partition("=")[::2] for line in (tmp_path / "told").read_text().splitlines())
    assert told["SHIPPY_APP"] == "web"
    assert told["SHIPPY_COMMIT"] == about.revision.commit
    assert told["MORE"] == "x"
    assert not {"SHIPPY_DEPLOY", "SHIPPY_PULL_NUMBER", "SLACK_BOT_TOKEN"} & set(told)


def test_a_time_out_ends_it_with_all_that_it_has_started_and_holds_up_nobody(tmp_path: Path) -> None:
    ticks: list[float] = []

    def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            gevent.sleep(0.01)

    ticking = gevent.spawn(tick)
    found = shell(f"sleep 60 & echo $! > {tmp_path}/pid; wait", timeout="500ms")
    ticking.kill()
    assert (found.verdict, "no answer within 0.5 s" in found.detail) == (Verdict.UNREADABLE, True)
    assert len(ticks) > 10
    child = int((tmp_path / "pid").read_text())
    assert eventually(lambda: gone(child), 5)


def test_what_it_leaves_behind_is_ended_and_holds_up_nobody(tmp_path: Path) -> None:
    found = shell(f"sleep 60 & echo $! > {tmp_path}/pid; echo done")
    assert (found.verdict, found.detail) == (Verdict.PASSED, "done")
    child = int((tmp_path / "pid").read_text())
    assert eventually(lambda: gone(child), 5)


def test_one_that_says_a_lot_is_read_to_its_end() -> None:
    found = shell("yes 'a line' | head -c 3000000")
    assert (found.verdict, found.detail) == (Verdict.PASSED, "a line")


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet is a zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z" and process != os.getpid()
