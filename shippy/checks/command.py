"""A check that is a program: it gets the deploy as environment variables, and answers with its exit code."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from typing import IO

import gevent

from shippy.checks.facts import environment_of, facts_of, sentence_of
from shippy.checks.subject import Check, Subject
from shippy.config.own_checks import CommandCheck
from shippy.errors import Unavailable
from shippy.model import CheckResult, Verdict

# sysexits.h has 75 for what may be better later: EX_TEMPFAIL.
ANSWERS = {0: Verdict.PASSED, 1: Verdict.FAILED, os.EX_TEMPFAIL: Verdict.PENDING}
HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
"""What a command gets of shippy's own environment, in which there are secrets."""

LONGEST_LINE = 4096
READING_SECONDS = 0.5
"""How long its output may take to arrive once it has ended: a process that it has left behind may hold it open."""


def command_check(name: str, settings: CommandCheck) -> Check:
    """The exit code 0 is passed, 1 failed, 75 pending; the first line of stdout is the sentence.

    Any other exit code raises Unavailable. However it ends, no process of its group is left behind.
    """
    program = os.path.basename(settings.command[0])  # noqa: PTH119 - a name in PATH is no path

    def check(subject: Subject) -> tuple[CheckResult, ...]:
        handed_on = {key: os.environ[key] for key in HANDED_ON if key in os.environ}
        own = {key: value.get_secret_value() for key, value in settings.environment.items()}
        try:
            code, line = _run(settings.command, handed_on | own | environment_of(facts_of(subject)))
        except OSError as error:
            raise Unavailable(program, f"it cannot be run ({error.strerror})") from error
        verdict = ANSWERS.get(code)
        if verdict is None:
            how = f"the exit code {code}" if code > 0 else f"the signal {signal.Signals(-code).name}"
            raise Unavailable(program, f"it ended with {how}{f': {line}' if line else ''}")
        return (CheckResult(name, verdict, line),)

    return check


def _run(command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str]:
    """The exit code and the first line of a program in a process group of its own; gevent waits for both."""
    process = Popen(  # noqa: S603 - the config says which program
        command, stdin=DEVNULL, stdout=PIPE, bufsize=0, env=environment, start_new_session=True
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    heard = bytearray()
    reading = gevent.spawn(_listen, process.stdout, heard)
    try:
        code = process.wait()
        reading.join(timeout=READING_SECONDS)
        return code, sentence_of(next(iter(heard.decode(errors="replace").splitlines()), ""))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        reading.kill()
        process.wait()
        process.stdout.close()


def _listen(output: IO[bytes], heard: bytearray) -> None:
    """Read to the end, so that nobody is held up who says more, and keep as much as is needed."""
    while chunk := output.read(LONGEST_LINE):
        heard += chunk[: LONGEST_LINE - len(heard)]
