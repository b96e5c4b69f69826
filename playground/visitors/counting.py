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
    """

    balancer: str
    version: str | None = None
    failure: str | None = None


class Tally:
    """The sums of many answers, and what each visitor was last answered."""

    def __init__(self) -> None:
        self.requests = 0
        self.changes = 0
        self._versions: Counter[str] = Counter()
        self._balancers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._failures: Counter[str] = Counter()
        self._recent: deque[Answer] = deque(maxlen=RECENT_FAILURES)
        self._visitors: dict[int, str] = {}

    def add(self, answer: Answer, visitor: int | None = None) -> None:
        """Count an answer; `visitor` is who got it, if it is one who comes again."""
        self.requests += 1
        if answer.failure is not None:
            self._failures[answer.failure] += 1
            self._recent.append(answer)
        if answer.version is not None:
            self._versions[answer.version] += 1
            self._balancers[answer.balancer][answer.version] += 1
            if visitor is not None:
                self.changes += self._visitors.get(visitor, answer.version) != answer.version
                self._visitors[visitor] = answer.version

    def as_json(self) -> dict[str, Any]:
        """What `playground.visitors.client.Counts` reads; see there for what each number means."""
        return {
            "requests": self.requests,
            "versions": dict(self._versions),
            "balancers": {balancer: dict(versions) for balancer, versions in self._balancers.items()},
            "visitors": dict(Counter(self._visitors.values())),
            "changes": self.changes,
            "failures": dict(self._failures),
            "recent_failures": [
                {"balancer": answer.balancer, "version": answer.version, "reason": answer.failure}
                for answer in self._recent
            ],
        }
