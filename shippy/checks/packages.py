"""Checks of other packages, found by their entry points."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from shippy.checks.subject import Check, Subject
from shippy.errors import Unavailable
from shippy.model import CheckResult, Verdict

GROUP = "shippy.checks"


def package_check(name: str, settings: Mapping[str, Any]) -> Check:
    """The check that an installed package calls by this name, with the settings that the config has for it.

    Its entry point is a function (subject, settings) → CheckResult. It may raise Unavailable; whatever else it raises,
    or returns, is a bug of its own.
    """

    def check(subject: Subject) -> tuple[CheckResult, ...]:
        found = [*entry_points(group=GROUP, name=name)]
        if len(found) != 1:
            packages = ", ".join(sorted(one.dist.name for one in found if one.dist))
            why = f"several packages have it: {packages}" if found else "no installed package has it"
            raise Unavailable(f"the check {name}", why)
        result = found[0].load()(subject, settings)
        if not isinstance(result, CheckResult) or not isinstance(result.verdict, Verdict):
            raise TypeError(f"{found[0].value} has returned {type(result).__name__}, and no CheckResult with a Verdict")
        return (CheckResult(name, result.verdict, result.detail, result.url),)

    return check
