"""The checks: one line for those that passed, and one for each that did not."""

from __future__ import annotations

from shippy.chat.card.kit import section
from shippy.chat.card.limits import LONGEST_REASON, LONGEST_REF, ROOM_FOR_CHECKS, linked, told
from shippy.chat.card.scene import Block, Scene
from shippy.model import CheckResult, Phase, Verdict
from shippy.sentences.phrases import counted, counts_for, first_of

EMOJI = {Verdict.PASSED: "✅", Verdict.PENDING: "⏳", Verdict.FAILED: "❌", Verdict.UNREADABLE: "❔"}
SKIPPED = "⏭️"
ADVICE = "💡"
MOST_LINES = 8
MOST_PASSED = 8


def checks(scene: Scene) -> list[Block]:
    """The checks as far as they are known; once one of them has stood in the way, those that did."""
    results = scene.deploy.checks
    if not results:
        return section(_none_yet(scene), ROOM_FOR_CHECKS)
    passed = [result for result in results if result.passed]
    # What is in the way comes first: the others may be those for which there is no room.
    others = sorted((result for result in results if not result.passed), key=lambda result: not result.in_the_way)
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
    counts = f" ({counts_for(result)})" if counts_for(result) else ""
    emoji = EMOJI[result.verdict] if result.in_the_way else SKIPPED if result.skipped else ADVICE
    return f"{emoji} *{linked(result.url, result.name, LONGEST_REF)}* {result.verdict}{counts}{detail}"


def _passed(passed: list[CheckResult], *, all_of_them: bool) -> str:
    names = first_of([linked(result.url, result.name, LONGEST_REF) for result in passed], MOST_PASSED)
    count = counted(len(passed), "check") if all_of_them else str(len(passed))
    return f"✅ *{count} passed* · {' · '.join(names)}"
