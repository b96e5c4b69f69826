"""How the new containers do beside those that are live, in a line: only a bad verdict stands out."""

from __future__ import annotations

from collections.abc import Iterable

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
            return [f"⚠️ *Worse than what is live, at {judged.share}:* {_numbers(judged, Opinion.WORSE, counts=True)}"]
        case Opinion.BETTER:
            return [f"👍 Better than what is live, at {judged.share}: {_numbers(judged, Opinion.BETTER)}"]
        case Opinion.AS_GOOD:
            return [f"👍 As good as what is live, at {judged.share}: {_numbers(judged, Opinion.AS_GOOD)}"]
        case Opinion.UNDECIDED if judged.share == deploy.share:
            return [f"⚖️ {_not_yet(judged)}"]
        case _:
            return []


def _numbers(judged: Judgement, opinion: Opinion, *, counts: bool = False) -> str:
    """The measures that say so: where none of them does, all are told."""
    telling = [measure for measure in judged.measures if measure.opinion is opinion] or list(judged.measures)
    return " · ".join(_told(telling[:MOST_MEASURES], counts=counts)) or "no numbers"


def _told(measures: Iterable[Measure], *, counts: bool) -> Iterable[str]:
    for one in measures:
        pair = f"{told(one.candidate, LONGEST_NAME)} against {told(one.stable, LONGEST_NAME)}"
        of = f" (of {one.candidate_requests:,} and {one.stable_requests:,} requests)" if counts else ""
        yield f"{told(one.name, LONGEST_NAME)} {pair}{of}"


def _not_yet(judged: Judgement) -> str:
    trouble = next((measure for measure in judged.measures if measure.trouble), None)
    if trouble is not None:
        why = told(trouble.trouble.removesuffix("."), LONGEST_REASON)
        return f"{told(trouble.name, LONGEST_NAME)} cannot be told beside what is live: {why}"
    more = "" if judged.more_seconds is None else f": {how_long(judged.more_seconds)} at {judged.share}"
    return f"Too few requests to say how it does{more}"
