"""One deploy on trial: what has been seen of both its releases since its share last changed."""

from __future__ import annotations

from shippy.config.judging import MeasureSettings
from shippy.judging import Comparison, Gauge
from shippy.judging.comparison import Seen
from shippy.model import Deploy, Judgement, Opinion, Slot

PATIENCE_SECONDS = 10.0
"""That it cannot be told yet is said only after so long: much is decided before."""


class Trial:
    """The comparisons of one deploy, one for each share that it has had, and the newest of them.

    They are in memory alone: a restarted daemon begins anew, and so do the chances of being wrong.
    """

    def __init__(self, deploy: Deploy, candidate: Slot, measures: tuple[MeasureSettings, ...]) -> None:
        self.deploy = deploy.id
        self._candidate = candidate
        self._measures = measures
        self._number = 0
        self._begin(deploy)

    def interrupt(self) -> None:
        """Only one release has traffic now: whatever comes then is another comparison, at the same share as well."""
        self._interrupted = True

    def _begin(self, deploy: Deploy) -> None:
        self._number += 1
        self._interrupted = False
        self._comparison = Comparison(self._candidate, deploy.share, self._number)
        self._began: float | None = None
        self._said: Opinion | None = None
        self.gauges = {
            each.name: Gauge(each.name, each.worse_above, each.at_least, each.looks) for each in self._measures
        }

    def see(self, deploy: Deploy, seen: Seen, at: float) -> None:
        """What the balancers had counted at a time; nothing, where they were being changed just then."""
        if deploy.share != self._comparison.share or self._interrupted:
            self._begin(deploy)
        self._began = at if self._began is None else self._began
        self._comparison.add(seen, at)

    @property
    def judgement(self) -> Judgement:
        return self._comparison.judgement(gauge.measure for gauge in self.gauges.values())

    def is_news(self, judgement: Judgement, at: float) -> bool:
        """Whether it is something else than what was said last of this share."""
        if self._said is None and judgement.opinion is Opinion.UNDECIDED:
            return self._began is not None and at - self._began >= PATIENCE_SECONDS
        return judgement.opinion is not self._said

    def said(self, judgement: Judgement) -> None:
        self._said = judgement.opinion
