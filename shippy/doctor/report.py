"""Runs all examinations, and tells the findings as plain text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shippy.config import Config
from shippy.doctor.findings import Finding, Mark
from shippy.doctor.running import carried_out
from shippy.doctor.table import examinations


def examine(config: Config, file: Path, say: Callable[[str], None]) -> bool:
    """Try everything, and say each group's findings as soon as they are there. Returns whether nothing is missing.

    It changes nothing anywhere, and takes less than 20 seconds whatever does not answer.

    Args:
        file: where the config was read from.
        say: is given one line at a time.
    """
    found: list[Finding] = []
    for group, findings in carried_out(list(examinations(config, file))):
        if findings:
            say(group)
        for finding in findings:
            say(f"  {finding.mark} {finding.text}")
        found += findings
    missing, warnings = (sum(each.mark is mark for each in found) for mark in (Mark.MISSING, Mark.WARNING))
    say("")
    say(_summary(missing, warnings))
    for hint in dict.fromkeys(finding.hint for finding in found if finding.hint):
        say(hint)
    return not missing


def _summary(missing: int, warnings: int) -> str:
    told = f"{missing} {'thing is' if missing == 1 else 'things are'} missing" if missing else "Nothing is missing"
    return f"{told}; {warnings} {'warning' if warnings == 1 else 'warnings'}." if warnings else f"{told}."
