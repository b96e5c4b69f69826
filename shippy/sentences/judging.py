"""How the new release compares with the live one."""

from __future__ import annotations

from collections.abc import Iterator

from shippy.answers import VerdictReport
from shippy.model import ALL, NONE, Deploy, Judgement, Measure, Opinion, Phase
from shippy.sentences.phrases import MINUTE, counted, duration, listed

MARKS = {Opinion.BETTER: "✓", Opinion.AS_GOOD: "✓", Opinion.WORSE: "✗", Opinion.UNDECIDED: "…"}


def report(said: VerdictReport, *, bot: str) -> str:
    """The newest numbers, or why there are none."""
    if said.newest is None:
        return _nothing_to_compare(said.deploy, bot)
    lines = [verdict(said.newest), *measured(said.newest)]
    before = said.deploy.judgement
    if before is not None and before.share == said.newest.share and before.seconds > said.newest.seconds:
        lines.append("I was restarted meanwhile, and compare anew since then.")
    if said.newest.opinion is Opinion.WORSE:
        lines.append(f"`{bot} abort` goes back.")
    return "\n".join(lines)


def judged(judgement: Judgement, *, aborting: bool, bot: str) -> str:
    """The judgement with its numbers, and what follows from it."""
    lines = [verdict(judgement), *measured(judgement)]
    if aborting:
        lines.append("So the deploy is taken back, as the guard in my config says.")
    elif judgement.opinion is Opinion.WORSE:
        lines.append(f"`{bot} abort` goes back; `{bot} verdict` shows the newest numbers.")
    return "\n".join(lines)


def verdict(judgement: Judgement) -> str:
    """In a sentence or two: "The new release is as good as the live one, over 2 min at 25 %"."""
    over = f"over {duration(judgement.seconds)} at {judgement.share}"
    match judgement.opinion:
        case Opinion.WORSE:
            return f"The new release is worse than the live one, {over}."
        case Opinion.BETTER:
            return f"The new release is better than the live one, {over}."
        case Opinion.AS_GOOD:
            return f"The new release is as good as the live one, {over}."
        case Opinion.UNDECIDED:
            return f"It is not clear yet whether the new release is as good as the live one, {over}{_why(judgement)}."


def measured(judgement: Judgement) -> Iterator[str]:
    """A line a measure: "✗ 5xx answers: 20.1 % of 134 requests (live: 0 % of 402), worse"."""
    for measure in judgement.measures:
        yield f"{MARKS[measure.opinion]} {measure.name}: {_numbers(measure)}"


def how_long(seconds: float) -> str:
    """ "about 40 more seconds", "about 6 more minutes": rounded up to what somebody waits by."""
    if seconds < MINUTE:
        return f"about {counted(max(1, round(seconds)), 'more second')}"
    if seconds < 100 * MINUTE:
        return f"about {counted(-int(-seconds // MINUTE), 'more minute')}"
    return f"about {counted(-int(-seconds // (60 * MINUTE)), 'more hour')}"


def reasons(judgement: Judgement) -> str:
    """The worse measures in a line: "5xx answers: 20.1 % of 134 requests (live: 0 % of 402)"."""
    worse = [measure for measure in judgement.measures if measure.opinion is Opinion.WORSE]
    return listed(f"{measure.name} {_values(measure)}" for measure in worse)


def _nothing_to_compare(deploy: Deploy, bot: str) -> str:
    if deploy.first:
        return "Nothing was live before this deploy, so there is nothing to compare it with."
    if deploy.phase not in {Phase.VERIFYING, Phase.ROLLING}:
        return f"The deploy is {deploy.phase}: nothing is compared any more, or not yet."
    if deploy.share == NONE:
        return (
            f"The new release has no public traffic, so there is nothing to compare. `{bot} rollout 5` sends it some."
        )
    if deploy.share == ALL:
        return "The new release has all of the public traffic, so there is nothing to compare it with."
    return f"The comparison at {deploy.share} has just begun. `{bot} verdict` again in some seconds."


def _why(judgement: Judgement) -> str:
    undecided = [measure for measure in judgement.measures if measure.opinion is Opinion.UNDECIDED]
    if any(measure.trouble for measure in undecided):
        return ""
    if judgement.more_seconds is None and undecided and all(not measure.candidate_requests for measure in undecided):
        # They come from a monitoring system, which has no requests to count: or there have been none at all.
        return "" if any(measure.candidate_requests for measure in judgement.measures) else ": no requests yet"
    if judgement.more_seconds is None:
        return ": too few requests to say"
    return f": too few requests to say, {how_long(judgement.more_seconds)} at {judgement.share}"


def _numbers(measure: Measure) -> str:
    if measure.trouble:
        return f"unknown ({measure.trouble.removesuffix('.')})"
    opinion = "not clear yet" if measure.opinion is Opinion.UNDECIDED else str(measure.opinion)
    return f"{_values(measure)}, {opinion}"


def _values(measure: Measure) -> str:
    if not measure.candidate_requests and not measure.stable_requests:
        return f"{measure.candidate} (live: {measure.stable})"
    new, live = f"{measure.candidate_requests:,}", f"{measure.stable_requests:,}"
    of = "of" if measure.candidate.endswith("%") else "over"
    return f"{measure.candidate} {of} {new} requests (live: {measure.stable} {of} {live})"
