"""What visitors were answered, counted."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Any

RECENT_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request came to.

    Attributes:
        version: the header X-Version of the answer; None if there was none.
        failure: why it counts as failed; None if it does not. A failed answer may have a version too.
        kind: what was asked for.
    """

    balancer: str
    version: str | None = None
    failure: str | None = None
    kind: str = "page"


class Tally:
    """The sums of many answers, and what each visitor was last answered."""

    def __init__(self) -> None:
        self.requests = 0
        self._versions: Counter[str] = Counter()
        self._balancers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._recent: deque[Answer] = deque(maxlen=RECENT_FAILURES)
        self._visitors: dict[int, str] = {}
        self._moves: Counter[str] = Counter()

    def add(self, answer: Answer, visitor: int | None = None) -> None:
        """Count an answer; `visitor` is who got it, if it is one who comes again."""
        self.requests += 1
        self._kinds[answer.kind] += 1
        if answer.failure is not None:
            self._failures[f"{answer.kind}: {answer.failure}"] += 1
            self._recent.append(answer)
        if answer.version is not None:
            self._versions[answer.version] += 1
            self._balancers[answer.balancer][answer.version] += 1
            if visitor is not None:
                before = self._visitors.get(visitor, answer.version)
                if before != answer.version:
                    self._moves[f"{before} {answer.version}"] += 1
                self._visitors[visitor] = answer.version

    def as_json(self) -> dict[str, Any]:
        """What `playground.visitors.client.Counts` reads; see there for what each number means."""
        return {
            "requests": self.requests,
            "versions": dict(self._versions),
            "balancers": {balancer: dict(versions) for balancer, versions in self._balancers.items()},
            "visitors": dict(Counter(self._visitors.values())),
            "changes": self._moves.total(),
            "moves": dict(self._moves),
            "kinds": dict(self._kinds),
            "failures": dict(self._failures),
            "recent_failures": [
                {"balancer": answer.balancer, "version": answer.version, "reason": f"{answer.kind}: {answer.failure}"}
                for answer in self._recent
            ],
        }
