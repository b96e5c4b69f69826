"""The visitors as seen by whoever started them: the story, the demo and tests."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

REQUEST_SECONDS = 10.0
SAMPLE_SECONDS = 120.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Failure:
    """One request that failed; `version` is that of the answer, if there was one that had it."""

    balancer: str
    version: str | None
    reason: str


@dataclass(frozen=True)
class Counts:
    """What visitors were answered.

    Attributes:
        requests: all that came to an end, one way or another.
        versions: the answers by their version (the header X-Version), the failed ones that have it too.
        balancers: the same for each balancer, by its URL.
        visitors: how many visitors were last answered with each version. Empty in a sample: those come only once.
        changes: how often a visitor was answered with another version than before.
        moves: the same, by the versions before and after, with a space between them.
        kinds: the requests by what was asked for, such as "page" or "socket".
        failures: the requests that failed (no whole answer, or a status from 400) by the reason.
        recent_failures: the last of them.
    """

    requests: int
    versions: Mapping[str, int]
    balancers: Mapping[str, Mapping[str, int]]
    visitors: Mapping[str, int]
    changes: int
    moves: Mapping[str, int]
    kinds: Mapping[str, int]
    failures: Mapping[str, int]
    recent_failures: tuple[Failure, ...]

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> Counts:
        recent = tuple(Failure(**failure) for failure in content["recent_failures"])
        return cls(**{**content, "recent_failures": recent})

    @property
    def failed(self) -> int:
        return sum(self.failures.values())

    def percent(self, version: str, balancer: str | None = None) -> float:
        """The share of a version among the answers, of one balancer (its URL) or of all."""
        versions = self.versions if balancer is None else self.balancers.get(balancer, {})
        answers = sum(versions.values())
        return 100 * versions.get(version, 0) / answers if answers else 0.0


class Visitors:
    """Running visitors.

    Every method raises requests.HTTPError where the server refuses, and requests.ConnectionError where it does not
    answer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def mark(self) -> None:
        """Begin a new window, for instance after the share has been changed."""
        self._post("/playground/mark", {})

    def total(self) -> Counts:
        return Counts.of_json(self._counts()["total"])

    def window(self) -> Counts:
        """The counts since the last `mark`."""
        return Counts.of_json(self._counts()["window"])

    def running(self) -> bool:
        """Whether visitors still come: their time is limited."""
        return bool(self._counts()["running"])

    def wait_for(self, requests_made: int, seconds: float = 30.0) -> Counts:
        """Wait until the window has so many requests, and return it.

        Raises:
            TimeoutError: it has not, after these seconds.
        """
        deadline = time.monotonic() + seconds
        while (window := self.window()).requests < requests_made:
            if time.monotonic() > deadline:
                raise TimeoutError(f"visitors made {window.requests} of {requests_made} requests in {seconds:g} s")
            time.sleep(POLL_SECONDS)
        return window

    def sample(self, count: int) -> Counts:
        """Send `count` (up to 10,000) new visitors once each, spread over the balancers, and count only these."""
        return Counts.of_json(self._post("/playground/sample", {"count": count}))

    def _counts(self) -> dict[str, Any]:
        response = self._session.get(f"{self.url}/playground/counts", timeout=REQUEST_SECONDS)
        response.raise_for_status()
        return dict(response.json())

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        response = self._session.post(f"{self.url}{path}", json=content, timeout=SAMPLE_SECONDS)
        response.raise_for_status()
        return dict(response.json())
