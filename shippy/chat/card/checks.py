"""The checks: one line where all passed, otherwise a line for each that did not."""

from __future__ import annotations

from shippy.chat.card.kit import section
from shippy.chat.card.limits import LONGEST_REASON, LONGEST_REF, ROOM_FOR_CHECKS, linked, told
from shippy.chat.card.scene import Block, Scene
from shippy.model import CheckResult, Phase, Verdict
from shippy.sentences.phrases import counted

EMOJI = {Verdict.PASSED: "✅", Verdict.PENDING: "⏳", Verdict.FAILED: "❌", Verdict.UNREADABLE: "❔"}
MOST_LINES = 8
MOST_PASSED = 8


def checks(scene: Scene) -> list[Block]:
    """The checks as far as they are known; once one of them has stood in the way, those that did."""
    results = scene.deploy.checks
    if not results:
        return section(_none_yet(scene), ROOM_FOR_CHECKS)
    passed = [result for result in results if result.verdict is Verdict.PASSED]
    others = [result for result in results if result.verdict is not Verdict.PASSED]
    lines = [_line(result) for result in others[:MOST_LINES]]
    if len(others) > MOST_LINES:
        lines.append(f"… and {len(others) - MOST_LINES} more")
    if passed:
        lines.append(_passed(passed, all_of_them=not others))
    return section(lines, ROOM_FOR_CHECKS)


def _none_yet(scene: Scene) -> list[str]:
    return ["⏳ *Checks* are running"] if scene.deploy.phase is Phase.CHECKING else []


def _line(result: CheckResult) -> str:
    detail = f": {told(result.detail.removesuffix('.'), LONGEST_REASON)}" if result.detail else ""
    return f"{EMOJI[result.verdict]} *{linked(result.url, result.name, LONGEST_REF)}* {result.verdict}{detail}"


def _passed(passed: list[CheckResult], *, all_of_them: bool) -> str:
    names = [linked(result.url, result.name, LONGEST_REF) for result in passed[:MOST_PASSED]]
    if len(passed) > MOST_PASSED:
        names.append(f"{len(passed) - MOST_PASSED} more")
    count = counted(len(passed), "check") if all_of_them else str(len(passed))
    return f"✅ *{count} passed* · {' · '.join(names)}"
