"""Why a deploy was refused, check by check, and what to do about each."""

from __future__ import annotations

from shippy.answers import WhyReport
from shippy.model import CheckResult, Deploy, Level, Phase, Verdict, only_pending
from shippy.sentences.phrases import blocked, check_line, deployed, lasting, moment, sentence


def why(report: WhyReport, *, bot: str) -> str:
    deploy = report.deploy
    blocking = [result for result in deploy.checks if result.in_the_way]
    ended = deploy.ended or deploy.started
    verb = "failed" if deploy.phase is Phase.FAILED else "was refused"
    when = f"{moment(ended)}, {lasting(ended, report.now)} ago"
    lines = [f"{deployed(deploy)}, which {deploy.owner.name} wanted to ship to {deploy.app}, {verb} ({when})."]
    if blocking and deploy.phase is Phase.REFUSED:
        lines.append(f"{sentence(blocked(len(blocking), len(deploy.checks)))}")
        lines += [line for result in deploy.checks for line in _check(result, deploy, bot)]
    else:
        lines.append(sentence(deploy.reason))
    lines += [_next(deploy, blocking, bot), *_later(report)]
    return "\n".join(lines)


def _check(result: CheckResult, deploy: Deploy, bot: str) -> list[str]:
    """What a check said, and, where it was in the way, what to do; nothing where it passed."""
    if result.passed:
        return []
    if not result.in_the_way:
        return [f"{check_line(result)} (it was not in the way)"]
    return [check_line(result), f"    {_todo(result, deploy, bot)}"]


def _todo(result: CheckResult, deploy: Deploy, bot: str) -> str:
    match result.verdict:
        case Verdict.PENDING:
            todo = "Wait for it"
        case Verdict.UNREADABLE:
            todo = "It could not be read then; maybe it can now"
        case _:
            todo = "Put it right"
    past = f", or go past it: `{bot} ship! {_named(deploy)} because <reason>`"
    return f"{todo}{past if result.level is Level.SKIPPABLE else ''}."


def _next(deploy: Deploy, blocking: list[CheckResult], bot: str) -> str:
    look = f"`{bot} checks {_named(deploy)}` shows what the checks say now"
    if only_pending(blocking):
        return f"{look}; `{bot} ship {_named(deploy)} --wait` ships it once they are green."
    return f"{look}; once that is right, `{bot} ship {_named(deploy)}` tries again."


def _named(deploy: Deploy) -> str:
    return f"{deploy.ref} {deploy.app}"


def _later(report: WhyReport) -> list[str]:
    if report.later is None:
        return []
    return [f"It has been shipped again since, by {report.later.owner.name}: {report.later.phase}."]
