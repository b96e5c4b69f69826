"""What the tests of this folder say of findings."""

from __future__ import annotations

from shippy.doctor.findings import Findings, Mark


def told(findings: Findings) -> list[str]:
    """As they are shown: a mark and a line each."""
    return [f"{finding.mark} {finding.text}" for finding in findings]


def missing(findings: Findings) -> list[str]:
    return [finding.text for finding in findings if finding.mark is Mark.MISSING]


def warnings(findings: Findings) -> list[str]:
    return [finding.text for finding in findings if finding.mark is Mark.WARNING]
