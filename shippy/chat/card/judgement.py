"""The verdict in a line. Only a bad one stands out."""

from __future__ import annotations

from shippy.chat.card.limits import LONGEST_NAME, LONGEST_REASON, told
from shippy.model import Deploy, Judgement, Measure, Opinion
from shippy.sentences.judging import how_long

MOST_MEASURES = 3


def judgement(deploy: Deploy) -> list[str]:
    """What is judged of a deploy; a verdict that is still out tells only of the share that there is now."""
    judged = deploy.judgement
    if judged is None:
        return []
    match judged.opinion:
        case Opinion.WORSE:
            numbers = f"{_numbers(judged, Opinion.WORSE)}{_of_how_many(judged)}"
            return [f"⚠️ *Worse than what is live, at {judged.share}:* {numbers}"]
        case Opinion.BETTER:
            return [f"👍 Better than what is live, at {judged.share}: {_numbers(judged, Opinion.BETTER)}"]
        case Opinion.AS_GOOD:
            return [f"👍 As good as what is live, at {judged.share}: {_numbers(judged, Opinion.AS_GOOD)}"]
        case Opinion.UNDECIDED if judged.share == deploy.share:
            return [f"⚖️ {_not_yet(judged)}"]
        case _:
            return []


def _numbers(judged: Judgement, opinion: Opinion) -> str:
    """The measures that say so: where none of them does, all are told."""
    telling = [measure for measure in judged.measures if measure.opinion is opinion] or list(judged.measures)
    return " · ".join(map(_told, telling[:MOST_MEASURES])) or "no numbers"


def _told(measure: Measure) -> str:
    values = (measure.name, measure.candidate, measure.stable)
    name, candidate, stable = (told(value, LONGEST_NAME) for value in values)
    return f"{name} {candidate} against {stable}"


def _of_how_many(judged: Judgement) -> str:
    """ ", of 1,204 and 3,610 requests"; a measure that comes from elsewhere has no numbers of them."""
    new = max((measure.candidate_requests for measure in judged.measures), default=0)
    live = max((measure.stable_requests for measure in judged.measures), default=0)
    return f", of {new:,} and {live:,} requests" if new or live else ""


def _not_yet(judged: Judgement) -> str:
    trouble = next((measure for measure in judged.measures if measure.trouble), None)
    if trouble is not None:
        why = told(trouble.trouble.removesuffix("."), LONGEST_REASON)
        return f"{told(trouble.name, LONGEST_NAME)} cannot be compared with what is live: {why}"
    more = "" if judged.more_seconds is None else f": {how_long(judged.more_seconds)} at {judged.share}"
    return f"Too few requests to say how it does{more}"
